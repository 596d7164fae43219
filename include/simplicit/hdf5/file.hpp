#pragma once

#include <simplicit/base/types.hpp>
#include <simplicit/hdf5/open_dataset.hpp>
#include <simplicit/parallel/communicator.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace simplicit::hdf5 {

/// An HDF5 file. Every fault throws InputError (reading) or SystemError (writing) with a message that names
/// the file, the dataset or attribute, and what is wrong. HDF5's own error stack stays silent.
class File {
 public:
  /// Opens for reading on one process; says "does not exist", "cannot be read", "is not an HDF5 file",
  /// "is truncated or damaged" apart.
  static File open(const std::string& path);
  /// Opens for reading by all ranks through MPI-IO (collective).
  static File open_collective(const std::string& path, const Communicator& ranks);
  /// Creates (truncates) a file on one process.
  static File create(const std::string& path);
  /// Creates a file that all ranks write together through MPI-IO (collective). Root alone creates it and
  /// makes everything in it by describe(file): groups, attributes, small datasets with their values, and
  /// large ones by create_dataset. Then the room of the whole file is set aside on the disk, and all ranks
  /// open it for write_slab: from there on nothing is left that a full disk could refuse to one rank while
  /// the others wait for it.
  static File create_collective(const std::string& path, const Communicator& ranks,
                                const std::function<void(File&)>& describe);

  [[nodiscard]] const std::string& path() const { return path_; }
  /// Flushes and closes now, so that a failure (a full disk) is an exception and not lost in a destructor
  /// (collective for a collectively opened file, where a failed flush may be thrown on some ranks only: call
  /// it outside agree).
  void close();

  // --- structure ---
  [[nodiscard]] bool has(const std::string& object) const;  ///< "group/name", any depth
  [[nodiscard]] bool has_attribute(const std::string& object, const std::string& name) const;
  [[nodiscard]] bool is_dataset(const std::string& object) const;
  /// Throws when the dataset is missing or is not a dataset.
  [[nodiscard]] DatasetInfo dataset(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> names_in(const std::string& group) const;  ///< sorted
  void create_group(const std::string& name);

  // --- attributes of "/" or of any object: text fixed or variable, integers of any width, h5py booleans ---
  [[nodiscard]] std::string text_attribute(const std::string& object, const std::string& name) const;
  [[nodiscard]] std::int64_t integer_attribute(const std::string& object, const std::string& name) const;
  [[nodiscard]] double real_attribute(const std::string& object, const std::string& name) const;
  [[nodiscard]] std::vector<std::int64_t> integers_attribute(const std::string& object,
                                                             const std::string& name) const;
  void set_attribute(const std::string& object, const std::string& name, const std::string& text);
  void set_attribute(const std::string& object, const std::string& name, std::int64_t value);
  void set_attribute(const std::string& object, const std::string& name, double value);
  void set_attribute(const std::string& object, const std::string& name,
                     const std::vector<std::int64_t>& values);

  // --- whole small datasets, one process ---
  [[nodiscard]] std::vector<double> read_doubles(
      const std::string& name) const;  ///< any rank, row-major order
  [[nodiscard]] std::vector<std::int64_t> read_integers(const std::string& name) const;
  void write(const std::string& name, const std::vector<double>& values, const std::vector<Index>& shape,
             Precision precision = Precision::float64);
  void write(const std::string& name, const std::vector<std::int64_t>& values);
  void write(const std::string& name, const std::vector<std::int32_t>& values);
  /// A file inside the file, as a list of uint8.
  [[nodiscard]] std::string read_bytes(const std::string& name) const;
  void write_bytes(const std::string& name, const std::string& bytes);
  /// The same, compressed by deflate where this HDF5 has it.
  void write_compressed_bytes(const std::string& name, const std::string& bytes);

  // --- slabs along the first axis of a (rows, columns) dataset, in pieces below 2 GiB ---
  // Rows [first, first + rows) land in `out` row after row: with samples as rows that is Eigen's
  // column-major (columns x rows) matrix. On a collectively opened file every rank must take part, a rank
  // with nothing to do passes rows = 0, a failure is thrown on all ranks alike, and
  // `transferred_collectively` tells what HDF5 did. Values are stored or wanted as float32 and float64 move
  // collectively; other stored types, compressed datasets and those with values in other files (external
  // links, external storage and virtual datasets, all beside the file) are read by each rank for itself.
  // A dataset some of whose values were never written is refused.
  void read_slab(const std::string& name, Index first, Index rows, double* out) const;
  void read_slab(const std::string& name, Index first, Index rows, float* out) const;
  void read_slab(const std::string& name, Index first, Index rows, std::int64_t* out) const;
  /// The dataset (rows x columns) with its place in the file, but no values yet.
  void create_dataset(const std::string& name, const std::vector<Index>& shape, Precision precision);
  void create_integer_dataset(const std::string& name, const std::vector<Index>& shape);
  void create_byte_dataset(const std::string& name, Index bytes);  ///< uint8
  void write_slab(const std::string& name, Index first, Index rows, const double* values);
  void write_slab(const std::string& name, Index first, Index rows, const float* values);
  void write_slab(const std::string& name, Index first, Index rows, const std::int32_t* values);
  /// Whether HDF5 carried out the last slab transfer collectively.
  [[nodiscard]] bool transferred_collectively() const { return transferred_collectively_; }
  /// Bytes a rank moves in one transfer at most (one row at least); below 2 GiB, the same on all ranks.
  void set_piece_bytes(std::size_t bytes) { piece_bytes_ = bytes; }

 private:
  File(std::string path, Handle handle, std::optional<Communicator> ranks, bool writing);
  void flush(bool together);
  [[nodiscard]] OpenDataset open_dataset(const std::string& name) const;
  void together(const std::function<void()>& step) const;
  /// Of a file opened by several ranks: throws unless all values of the dataset are there; whether some of
  /// them lie in other files, where MPI-IO does not reach them (collective).
  [[nodiscard]] bool lies_elsewhere(const std::string& name) const;
  template <class T>
  void read_slab_as(const std::string& name, Index first, Index rows, T* out) const;
  template <class T>
  void write_slab_as(const std::string& name, Index first, Index rows, const T* values);
  void create_typed_dataset(const std::string& name, const std::vector<Index>& shape, hid_t type);
  void write_whole(const std::string& name, const void* values, const std::vector<Index>& shape,
                   hid_t stored_type, hid_t memory_type);
  std::string path_;
  Handle handle_;
  std::optional<Communicator> ranks_;  ///< of a collectively opened file
  bool writing_;
  std::size_t piece_bytes_ = std::size_t{256} << 20;
  mutable bool transferred_collectively_ = false;
  mutable std::map<std::string, bool> lies_elsewhere_;  ///< of the datasets that were looked at
};

}  // namespace simplicit::hdf5
