#pragma once

#include <string>

namespace simplicit::cli {

/// Throws InputError naming the flag when `out` is the file `input`, so that no command overwrites what it
/// reads.
void require_another_file(const std::string& flag, const std::string& out, const std::string& input);

}  // namespace simplicit::cli
