#include "hdf5/stored_values.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/hdf5/calls.hpp>
#include <simplicit/hdf5/file.hpp>
#include <simplicit/parallel/node_window.hpp>

#include <algorithm>
#include <numeric>

namespace simplicit::hdf5 {
namespace {

/// Number of values of a dataset that is about to be read whole, 8 bytes each in memory.
std::size_t values_that_fit_memory(const OpenDataset& dataset) {
  const auto count = static_cast<std::size_t>(
      std::accumulate(dataset.info.shape.begin(), dataset.info.shape.end(), Index{1}, std::multiplies<>()));
  constexpr std::size_t never_asked_below = std::size_t{1} << 23;
  if (count <= never_asked_below) return count;
  const std::size_t available = available_memory();
  if (count > available / sizeof(double)) {
    dataset.place.fail("has shape " + shape_text(dataset.info.shape) + ", more than the " +
                       std::to_string(available >> 20) + " MiB of memory available hold");
  }
  return count;
}

template <class T>
std::vector<T> read_whole(const OpenDataset& dataset, const std::string& path, hid_t memory_type) {
  const std::size_t count = values_that_fit_memory(dataset);
  (void)require_stored(dataset, path);
  std::vector<T> values(count);
  if (values.empty()) return values;
  require(H5Dread(dataset.handle.get(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
          dataset.place);
  return values;
}

std::vector<hsize_t> extents_of(const std::vector<Index>& shape) {
  return {shape.begin(), shape.end()};
}

/// How datasets are laid out: with a place in the file from the start, so that its size is final before
/// values are written, and without zeros in it that would be written only to be replaced.
Handle placed_at_once(const Place& place) {
  Handle creation = acquire(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, place);
  require(H5Pset_alloc_time(creation.get(), H5D_ALLOC_TIME_EARLY), place);
  require(H5Pset_fill_time(creation.get(), H5D_FILL_TIME_NEVER), place);
  return creation;
}

}  // namespace

std::vector<double> File::read_doubles(const std::string& name) const {
  const OpenDataset dataset = open_dataset(name);
  if (dataset.info.kind != Kind::floating && dataset.info.kind != Kind::integer) {
    dataset.place.fail("does not hold numbers");
  }
  return read_whole<double>(dataset, path_, H5T_NATIVE_DOUBLE);
}

std::vector<std::int64_t> File::read_integers(const std::string& name) const {
  const OpenDataset dataset = open_dataset(name);
  if (dataset.info.kind != Kind::integer && dataset.info.kind != Kind::boolean) {
    dataset.place.fail("does not hold integers");
  }
  return read_whole<std::int64_t>(dataset, path_, H5T_NATIVE_INT64);
}

void File::create_typed_dataset(const std::string& name, const std::vector<Index>& shape, hid_t type) {
  const Place place = dataset_place(path_, name, true);
  const std::vector<hsize_t> extents = extents_of(shape);
  const Handle space =
      acquire(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), H5Sclose, place);
  const Handle creation = placed_at_once(place);
  (void)acquire(
      H5Dcreate2(handle_.get(), name.c_str(), type, space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT),
      H5Dclose, place);
}

void File::write_whole(const std::string& name, const void* values, const std::vector<Index>& shape,
                       hid_t stored_type, hid_t memory_type) {
  create_typed_dataset(name, shape, stored_type);
  const OpenDataset dataset = open_dataset(name);
  require(H5Dwrite(dataset.handle.get(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), dataset.place);
}

void File::write(const std::string& name, const std::vector<double>& values, const std::vector<Index>& shape,
                 Precision precision) {
  const Index count = std::accumulate(shape.begin(), shape.end(), Index{1}, std::multiplies<>());
  SIMPLICIT_ASSERT(count == static_cast<Index>(values.size()),
                   name + " " + shape_text(shape) + ", " + std::to_string(values.size()) + " values");
  write_whole(name, values.data(), shape,
              precision == Precision::float32 ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE);
}

void File::write(const std::string& name, const std::vector<std::int64_t>& values) {
  write_whole(name, values.data(), {static_cast<Index>(values.size())}, H5T_NATIVE_INT64, H5T_NATIVE_INT64);
}

void File::write(const std::string& name, const std::vector<std::int32_t>& values) {
  write_whole(name, values.data(), {static_cast<Index>(values.size())}, H5T_NATIVE_INT32, H5T_NATIVE_INT32);
}

std::string File::read_bytes(const std::string& name) const {
  const OpenDataset dataset = open_dataset(name);
  const bool bytes = dataset.info.kind == Kind::integer && dataset.info.bytes_per_value == 1;
  if (!bytes || dataset.info.shape.size() != 1) dataset.place.fail("is not a list of bytes");
  std::string text(values_that_fit_memory(dataset), '\0');
  if (text.empty()) return text;
  require(H5Dread(dataset.handle.get(), H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, text.data()),
          dataset.place);
  return text;
}

void File::write_bytes(const std::string& name, const std::string& bytes) {
  write_whole(name, bytes.data(), {static_cast<Index>(bytes.size())}, H5T_STD_U8LE, H5T_NATIVE_UINT8);
}

void File::write_compressed_bytes(const std::string& name, const std::string& bytes) {
  if (bytes.empty() || H5Zfilter_avail(H5Z_FILTER_DEFLATE) <= 0) return write_bytes(name, bytes);
  constexpr hsize_t largest_chunk = 1 << 20;
  constexpr unsigned level = 6;
  const Place place = dataset_place(path_, name, true);
  const hsize_t length = bytes.size(), chunk = std::min(length, largest_chunk);
  const Handle space = acquire(H5Screate_simple(1, &length, nullptr), H5Sclose, place);
  const Handle creation = acquire(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, place);
  require(H5Pset_chunk(creation.get(), 1, &chunk), place);
  require(H5Pset_deflate(creation.get(), level), place);
  const Handle dataset = acquire(H5Dcreate2(handle_.get(), name.c_str(), H5T_STD_U8LE, space.get(),
                                            H5P_DEFAULT, creation.get(), H5P_DEFAULT),
                                 H5Dclose, place);
  require(H5Dwrite(dataset.get(), H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()), place);
}

void File::create_dataset(const std::string& name, const std::vector<Index>& shape, Precision precision) {
  create_typed_dataset(name, shape, precision == Precision::float32 ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE);
}

void File::create_byte_dataset(const std::string& name, Index bytes) {
  create_typed_dataset(name, {bytes}, H5T_STD_U8LE);
}

void File::create_integer_dataset(const std::string& name, const std::vector<Index>& shape) {
  create_typed_dataset(name, shape, H5T_NATIVE_INT32);
}

}  // namespace simplicit::hdf5
