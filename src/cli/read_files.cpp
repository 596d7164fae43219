#include "cli/read_files.hpp"

#include <simplicit/hdf5/files_behind.hpp>

namespace simplicit::cli {

void reads(DeclaredFiles& files, const std::string& role, const std::string& path) {
  files.reads(role, path);
  for (const std::string& behind : hdf5::files_behind(path))
    files.reads("a file that " + role + " keeps data in,", behind);
}

}  // namespace simplicit::cli
