#pragma once

#include <string>
#include <vector>

namespace simplicit::hdf5 {

/// The other files that an HDF5 file keeps data in, as far as it names them: external links, datasets stored
/// externally, and the sources of virtual datasets. Relative names are given both ways that HDF5 may take
/// them, from the folder of the file and from the working directory. Nothing for what is not HDF5 or cannot
/// be read.
[[nodiscard]] std::vector<std::string> files_behind(const std::string& path);

}  // namespace simplicit::hdf5
