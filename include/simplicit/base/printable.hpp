#pragma once

#include <string>
#include <string_view>

namespace simplicit {

/// Text from a file, safe to show on a terminal, a page or a picture. What could be taken for a command
/// stands as its code: control characters and bytes that are no UTF-8 as "\x1b", invisible marks that turn
/// the direction of writing and line separators as "\u202e". All other text is unchanged.
[[nodiscard]] std::string printable(std::string_view text);

/// The same for text of several lines: line breaks and tabs stay.
[[nodiscard]] std::string printable_lines(std::string_view text);

}  // namespace simplicit
