#pragma once

#include <string>

namespace simplicit {

/// What the symbolic links at `path` lead to, there or not yet; `path` itself when it is no link. Throws
/// InputError when they lead in a circle.
[[nodiscard]] std::string target_of_links(const std::string& path);

}  // namespace simplicit
