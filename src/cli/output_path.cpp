#include "cli/output_path.hpp"

#include <simplicit/base/error.hpp>

#include <filesystem>

namespace simplicit::cli {

void require_another_file(const std::string& flag, const std::string& out, const std::string& input) {
  std::error_code missing;
  if (std::filesystem::equivalent(out, input, missing)) {
    throw InputError(flag + " " + out + " is a file this command reads; choose another name");
  }
}

}  // namespace simplicit::cli
