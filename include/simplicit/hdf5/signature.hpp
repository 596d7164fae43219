#pragma once

#include <string>

namespace simplicit::hdf5 {

/// Whether `path` is a regular file that begins as HDF5 files do; false when it cannot be read. Waits for
/// nothing: a pipe is not opened.
[[nodiscard]] bool has_signature(const std::string& path);

}  // namespace simplicit::hdf5
