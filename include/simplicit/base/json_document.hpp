#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace simplicit {

/// What JSON from a file may be at most: copying and printing a document take a call a level, so that deep
/// nesting would end the stack.
inline constexpr int deepest_json = 64;

/// The document in a text that came from a file; is_discarded() when it is not JSON, or nested deeper than
/// `deepest_json`. Throws nothing.
[[nodiscard]] nlohmann::json json_from_text(std::string_view text);

/// The document in a regular file of at most 256 MiB; is_discarded() as above. Throws InputError naming the
/// file when it cannot be read, or is a directory, a pipe or a device.
[[nodiscard]] nlohmann::json json_from_file(const std::string& path);

/// The value, or null where it is unknown.
template <class T>
[[nodiscard]] nlohmann::json or_null(const std::optional<T>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json();
}

}  // namespace simplicit
