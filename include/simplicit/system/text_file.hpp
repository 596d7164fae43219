#pragma once

#include <string>

namespace simplicit {

/// Writes a text file under a temporary name and renames it; throws as TemporaryOutput does, and SystemError
/// when the disk does not take it.
void write_text(const std::string& path, const std::string& text);

}  // namespace simplicit
