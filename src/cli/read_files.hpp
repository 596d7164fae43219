#pragma once

#include <simplicit/system/declared_files.hpp>

#include <string>

namespace simplicit::cli {

/// Declares a file that is read, and where it is HDF5 the files that it keeps data in.
void reads(DeclaredFiles& files, const std::string& role, const std::string& path);

}  // namespace simplicit::cli
