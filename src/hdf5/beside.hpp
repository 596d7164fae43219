#pragma once

#include <hdf5.h>

#include <string>

namespace simplicit::hdf5 {

// A file may say that its values lie in other files: through external links, external storage and virtual
// datasets. Only files in its own folder are read for it, so that a file from elsewhere reads nothing of
// this machine that did not come with it.

/// Where `name`, as the HDF5 file `path` says it, leads to; relative names start from the folder of `path`.
[[nodiscard]] std::string path_beside(const std::string& path, const std::string& name);

/// Empty when that is a regular file in the folder of `path`; else what is wrong, to follow after the name.
[[nodiscard]] std::string fault_of_file_beside(const std::string& path, const std::string& name);

/// Access lists that follow external links to files beside the one that names them, and no others. They stay
/// open until the process ends.
[[nodiscard]] hid_t link_access();
[[nodiscard]] hid_t group_access();
[[nodiscard]] hid_t dataset_access();

/// What was wrong with the external link that these lists refused since this was last asked; else empty.
[[nodiscard]] std::string take_refused_link();

}  // namespace simplicit::hdf5
