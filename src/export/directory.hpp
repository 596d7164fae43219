#pragma once

#include <string>

namespace simplicit {

/// Makes the folder and those above it where they are missing; throws InputError when that fails.
void make_directory(const std::string& directory);

}  // namespace simplicit
