#include "hdf5/stored_values.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/hdf5/calls.hpp>
#include <simplicit/hdf5/file.hpp>
#include <simplicit/hdf5/slab_pieces.hpp>
#include <simplicit/system/signals.hpp>

#include <algorithm>

namespace simplicit::hdf5 {
namespace {

template <class T>
hid_t native_type();
template <>
hid_t native_type<float>() {
  return H5T_NATIVE_FLOAT;
}
template <>
hid_t native_type<double>() {
  return H5T_NATIVE_DOUBLE;
}
template <>
hid_t native_type<std::int32_t>() {
  return H5T_NATIVE_INT32;
}
template <>
hid_t native_type<std::int64_t>() {
  return H5T_NATIVE_INT64;
}

template <class T>
void require_readable_as(const OpenDataset& dataset) {
  const Kind kind = dataset.info.kind;
  const bool numbers = kind == Kind::floating || kind == Kind::integer;
  const bool integers = kind == Kind::boolean || kind == Kind::integer;
  if constexpr (std::is_integral_v<T>) {
    if (!integers) dataset.place.fail("does not hold integers");
  } else {
    if (!numbers) dataset.place.fail("does not hold numbers");
  }
}

/// Whether HDF5 moves the values as they are, all ranks together. A conversion would silently fall back to
/// independent transfers, and a filter could fail on one rank and leave the others waiting inside the call.
bool can_be_collective(const OpenDataset& dataset, hid_t memory_type) {
  return !dataset.filtered && H5Tequal(dataset.type.get(), memory_type) > 0;
}

bool was_collective(hid_t mode) {
  H5D_mpio_actual_io_mode_t actual = H5D_MPIO_NO_COLLECTIVE;
  std::uint32_t local = 0;
  std::uint32_t global = 0;
  return H5Pget_mpio_actual_io_mode(mode, &actual) >= 0 && actual != H5D_MPIO_NO_COLLECTIVE &&
         H5Pget_mpio_no_collective_cause(mode, &local, &global) >= 0 && global == 0;
}

/// Moves pieces of a dataset one after the other. A rank where a piece fails keeps taking part, with its
/// fault kept for the agreement that follows: the others are waiting inside the next collective call.
class PieceTransfer {
 public:
  PieceTransfer(const OpenDataset& dataset, Index first, hid_t memory_type,
                const std::optional<Communicator>& ranks)
      : dataset_(dataset),
        first_(first),
        collective_(ranks && can_be_collective(dataset, memory_type)),
        through_mpi_(collective_ && ranks->size() > 1),
        mode_(acquire(H5Pcreate(H5P_DATASET_XFER), H5Pclose, dataset.place)) {
    if (through_mpi_) require(H5Pset_dxpl_mpio(mode_.get(), H5FD_MPIO_COLLECTIVE), dataset.place);
  }

  /// call(memory_space, file_space, mode) is H5Dread or H5Dwrite of the piece.
  template <class Call>
  void move(const Range& piece, Call call) {
    const hid_t file_space = dataset_.space.get();
    const Handle memory =
        select_rows(file_space, dataset_.info, first_ + piece.begin, piece.size(), dataset_.place);
    if (call(memory.get(), file_space, mode_.get()) < 0 && !fault_) note_fault();
    if (through_mpi_) all_collective_ = all_collective_ && was_collective(mode_.get());
  }
  void require_success() const {
    if (fault_) dataset_.place.fail(*fault_);
  }
  [[nodiscard]] bool all_collective() const { return collective_ && all_collective_; }

 private:
  /// The others may wait inside this call for what this rank will never send, and this rank in the next call.
  void note_fault() {
    constexpr double seconds_to_agree = 15;
    fault_ = (dataset_.place.writing ? "cannot be written" : "cannot be read") + because();
    if (!through_mpi_) return;
    const Place& place = dataset_.place;
    limit_.emplace(seconds_to_agree, place.path + ": " + place.object + " " + *fault_,
                   static_cast<int>(place.writing ? ExitCode::failed : ExitCode::bad_input));
  }

  const OpenDataset& dataset_;
  Index first_;
  bool collective_;
  bool through_mpi_;  ///< one rank alone needs no MPI-IO
  Handle mode_;
  bool all_collective_ = true;
  std::optional<std::string> fault_;
  std::optional<TimeLimit> limit_;
};

/// Reads pieces as `Stored`, the type in the file, and converts each into `out` when T is another type.
template <class Stored, class T>
void read_pieces(PieceTransfer& transfer, const OpenDataset& dataset, const std::vector<Range>& pieces,
                 T* out) {
  const Index columns = columns_of(dataset.info);
  std::vector<Stored> converted;
  for (const Range& piece : pieces) {
    T* const target = out + piece.begin * columns;
    const auto read_into = [&](void* values) {
      transfer.move(piece, [&](hid_t memory, hid_t file, hid_t mode) {
        return H5Dread(dataset.handle.get(), native_type<Stored>(), memory, file, mode, values);
      });
    };
    if constexpr (std::is_same_v<Stored, T>) {
      read_into(target);
    } else {
      converted.resize(static_cast<std::size_t>(piece.size() * columns));
      read_into(converted.data());
      std::transform(converted.begin(), converted.end(), target,
                     [](Stored value) { return static_cast<T>(value); });
    }
  }
}

/// Writes pieces as `Stored`, the type in the file, converted from `values` when T is another type.
template <class Stored, class T>
void write_pieces(PieceTransfer& transfer, const OpenDataset& dataset, const std::vector<Range>& pieces,
                  const T* values) {
  const Index columns = columns_of(dataset.info);
  std::vector<Stored> converted;
  for (const Range& piece : pieces) {
    const T* const source = values + piece.begin * columns;
    const auto write_from = [&](const void* stored) {
      transfer.move(piece, [&](hid_t memory, hid_t file, hid_t mode) {
        return H5Dwrite(dataset.handle.get(), native_type<Stored>(), memory, file, mode, stored);
      });
    };
    if constexpr (std::is_same_v<Stored, T>) {
      write_from(source);
    } else {
      converted.resize(static_cast<std::size_t>(piece.size() * columns));
      std::transform(source, source + converted.size(), converted.begin(),
                     [](T value) { return static_cast<Stored>(value); });
      write_from(converted.data());
    }
  }
}

/// Calls step(Stored{}) with the type that moves between file and memory without HDF5 converting it: float or
/// double as the file has it when the caller wants either, the caller's type T otherwise.
template <class T, class Step>
void with_stored_type(const OpenDataset& dataset, Step step) {
  if constexpr (std::is_floating_point_v<T>) {
    if (H5Tequal(dataset.type.get(), H5T_NATIVE_FLOAT) > 0) return step(float{});
    if (H5Tequal(dataset.type.get(), H5T_NATIVE_DOUBLE) > 0) return step(double{});
  }
  step(T{});
}

}  // namespace

void File::together(const std::function<void()>& step) const {
  if (ranks_) {
    agree(*ranks_, step);
  } else {
    step();
  }
}

bool File::lies_elsewhere(const std::string& name) const {
  if (const auto known = lies_elsewhere_.find(name); known != lies_elsewhere_.end()) return known->second;
  bool elsewhere = false;
  on_root(*ranks_, [&] {
    const File alone = open(path_);
    elsewhere = require_stored(alone.open_dataset(name), path_) == Storage::elsewhere;
  });
  ranks_->broadcast(elsewhere);
  lies_elsewhere_[name] = elsewhere;
  return elsewhere;
}

template <class T>
void File::read_slab_as(const std::string& name, Index first, Index rows, T* out) const {
  if (ranks_ && ranks_->size() > 1 && lies_elsewhere(name)) {
    transferred_collectively_ = false;
    return agree(*ranks_, [&] {
      const File alone = open(path_);
      alone.lies_elsewhere_ = lies_elsewhere_;
      alone.read_slab(name, first, rows, out);
    });
  }
  std::optional<OpenDataset> dataset;
  together([&] {
    dataset.emplace(open_dataset(name));
    require_rows(*dataset, first, rows);
    require_readable_as<T>(*dataset);
  });
  with_stored_type<T>(*dataset, [&](auto stored) {
    using Stored = decltype(stored);
    const Index piece_rows = rows_per_piece(*dataset, sizeof(Stored), piece_bytes_);
    if (!lies_elsewhere_.contains(name)) {
      together([&] { lies_elsewhere_[name] = require_stored(*dataset, path_) == Storage::elsewhere; });
    }
    PieceTransfer transfer(*dataset, first, native_type<Stored>(), ranks_);
    read_pieces<Stored>(transfer, *dataset, pieces_of(rows, piece_rows, ranks_), out);
    transferred_collectively_ = transfer.all_collective();
    together([&] { transfer.require_success(); });
  });
}

template <class T>
void File::write_slab_as(const std::string& name, Index first, Index rows, const T* values) {
  std::optional<OpenDataset> dataset;
  together([&] {
    dataset.emplace(open_dataset(name));
    require_rows(*dataset, first, rows);
  });
  with_stored_type<T>(*dataset, [&](auto stored) {
    using Stored = decltype(stored);
    const Index piece_rows = rows_per_piece(*dataset, sizeof(Stored), piece_bytes_);
    PieceTransfer transfer(*dataset, first, native_type<Stored>(), ranks_);
    write_pieces<Stored>(transfer, *dataset, pieces_of(rows, piece_rows, ranks_), values);
    transferred_collectively_ = transfer.all_collective();
    together([&] { transfer.require_success(); });
  });
}

void File::read_slab(const std::string& name, Index first, Index rows, double* out) const {
  read_slab_as(name, first, rows, out);
}

void File::read_slab(const std::string& name, Index first, Index rows, float* out) const {
  read_slab_as(name, first, rows, out);
}

void File::read_slab(const std::string& name, Index first, Index rows, std::int64_t* out) const {
  read_slab_as(name, first, rows, out);
}

void File::write_slab(const std::string& name, Index first, Index rows, const double* values) {
  write_slab_as(name, first, rows, values);
}

void File::write_slab(const std::string& name, Index first, Index rows, const float* values) {
  write_slab_as(name, first, rows, values);
}

void File::write_slab(const std::string& name, Index first, Index rows, const std::int32_t* values) {
  write_slab_as(name, first, rows, values);
}

}  // namespace simplicit::hdf5
