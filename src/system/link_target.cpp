#include "system/link_target.hpp"

#include <simplicit/base/error.hpp>

#include <filesystem>

namespace simplicit {

std::string target_of_links(const std::string& path) {
  namespace fs = std::filesystem;
  constexpr int longest_chain = 40;
  fs::path target = path;
  std::error_code error;
  for (int link = 0; fs::is_symlink(target, error); ++link) {
    if (link == longest_chain) throw InputError(path + ": symbolic links lead in a circle");
    target = target.parent_path() / fs::read_symlink(target, error);
  }
  return target.string();
}

}  // namespace simplicit
