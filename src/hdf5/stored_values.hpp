#pragma once

#include <simplicit/hdf5/open_dataset.hpp>

namespace simplicit::hdf5 {

/// Where the values of a dataset lie.
enum class Storage {
  here,      ///< in the file that was opened
  elsewhere  ///< some in other files: external link, external storage or virtual dataset
};

/// Throws at the dataset's place unless each of its values was written and is there: HDF5 itself reads what
/// is not as the fill value, zero. Refused are chunks and contiguous data never written, virtual datasets
/// with a source that is missing, too small, itself incomplete or not beside the file, external storage not
/// beside it, and claims far above the bytes that are stored, which would fill the memory. The dataset
/// belongs to a file that this process has opened alone, by the name `path`.
[[nodiscard]] Storage require_stored(const OpenDataset& dataset, const std::string& path);

}  // namespace simplicit::hdf5
