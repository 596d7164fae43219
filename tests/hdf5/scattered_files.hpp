#pragma once

#include <simplicit/hdf5/handle.hpp>

#include <filesystem>
#include <numeric>
#include <string>
#include <vector>

namespace simplicit::test {

/// Datasets whose values lie in other files, made with HDF5 itself: 4 samples of 3 numbers, 0 to 11.
inline constexpr hsize_t scattered_samples = 4;
inline constexpr hsize_t scattered_width = 3;

inline hdf5::Handle created(const std::string& path) {
  return {H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose};
}

inline hdf5::Handle space_of(hsize_t samples) {
  const hsize_t extents[] = {samples, scattered_width};
  return {H5Screate_simple(2, extents, nullptr), H5Sclose};
}

/// Adds "data", rows [first, first + samples) of the numbers, written in float64.
inline void add_samples(hid_t file, hsize_t first, hsize_t samples, hid_t creation = H5P_DEFAULT) {
  std::vector<double> numbers(samples * scattered_width);
  std::iota(numbers.begin(), numbers.end(), static_cast<double>(first * scattered_width));
  const hdf5::Handle space = space_of(samples);
  const hdf5::Handle data(
      H5Dcreate2(file, "data", H5T_NATIVE_DOUBLE, space.get(), H5P_DEFAULT, creation, H5P_DEFAULT), H5Dclose);
  H5Dwrite(data.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data());
}

inline std::string plain_file(const std::string& path, hsize_t first = 0,
                              hsize_t samples = scattered_samples) {
  const hdf5::Handle file = created(path);
  add_samples(file.get(), first, samples);
  return path;
}

/// A virtual dataset over `sources` (paths as they are to stand in the file), two samples from each.
inline std::string virtual_file(const std::string& path, const std::vector<std::string>& sources,
                                hsize_t samples = scattered_samples) {
  const hdf5::Handle file = created(path);
  const hdf5::Handle space = space_of(samples);
  const hdf5::Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  for (hsize_t i = 0; i < sources.size(); ++i) {
    const hsize_t start[] = {2 * i, 0}, count[] = {2, scattered_width};
    H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start, nullptr, count, nullptr);
    const hdf5::Handle source = space_of(2);
    H5Pset_virtual(creation.get(), space.get(), sources[i].c_str(), "data", source.get());
  }
  H5Sselect_all(space.get());
  const hdf5::Handle data(H5Dcreate2(file.get(), "data", H5T_NATIVE_DOUBLE, space.get(), H5P_DEFAULT,
                                     creation.get(), H5P_DEFAULT),
                          H5Dclose);
  return path;
}

/// "data" is a link to "data" of the file `target`, as it is to stand in the file.
inline std::string linking_file(const std::string& path, const std::string& target) {
  const hdf5::Handle file = created(path);
  H5Lcreate_external(target.c_str(), "data", file.get(), "data", H5P_DEFAULT, H5P_DEFAULT);
  return path;
}

/// The values lie in the raw file beside it; `name` is how the file calls it.
inline std::string externally_stored_file(const std::string& path, const std::string& name) {
  const hdf5::Handle file = created(path);
  const hdf5::Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_external(creation.get(), name.c_str(), 0, scattered_samples * scattered_width * sizeof(double));
  const hdf5::Handle access(H5Pcreate(H5P_DATASET_ACCESS), H5Pclose);
  H5Pset_efile_prefix(access.get(), "${ORIGIN}");
  const hdf5::Handle space = space_of(scattered_samples);
  const hdf5::Handle data(H5Dcreate2(file.get(), "data", H5T_NATIVE_DOUBLE, space.get(), H5P_DEFAULT,
                                     creation.get(), access.get()),
                          H5Dclose);
  std::vector<double> numbers(scattered_samples * scattered_width);
  std::iota(numbers.begin(), numbers.end(), 0.0);
  H5Dwrite(data.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data());
  return path;
}

/// A chunk a sample, of which only the first `written` are written.
inline std::string partly_written_file(const std::string& path, hsize_t written) {
  const hdf5::Handle file = created(path);
  const hdf5::Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  const hsize_t chunk[] = {1, scattered_width};
  H5Pset_chunk(creation.get(), 2, chunk);
  const hdf5::Handle space = space_of(scattered_samples);
  const hdf5::Handle data(H5Dcreate2(file.get(), "data", H5T_NATIVE_DOUBLE, space.get(), H5P_DEFAULT,
                                     creation.get(), H5P_DEFAULT),
                          H5Dclose);
  if (written == 0) return path;
  const hsize_t start[] = {0, 0}, count[] = {written, scattered_width};
  H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start, nullptr, count, nullptr);
  const hdf5::Handle memory = space_of(written);
  std::vector<double> numbers(written * scattered_width);
  std::iota(numbers.begin(), numbers.end(), 0.0);
  H5Dwrite(data.get(), H5T_NATIVE_DOUBLE, memory.get(), space.get(), H5P_DEFAULT, numbers.data());
  return path;
}

}  // namespace simplicit::test
