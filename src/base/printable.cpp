#include <simplicit/base/printable.hpp>

#include <array>
#include <cstdint>
#include <cstdio>
#include <optional>

namespace simplicit {
namespace {

/// One character of UTF-8 text: its code point and the bytes it takes.
struct Character {
  std::uint32_t code;
  std::size_t bytes;
};

struct Length {
  unsigned char mask, mark;  ///< the first byte & mask == mark
  std::size_t bytes;
  std::uint32_t smallest;  ///< smaller code points have a shorter form, this one is forbidden
};

constexpr std::array<Length, 4> lengths{
    {{0x80, 0x00, 1, 0}, {0xE0, 0xC0, 2, 0x80}, {0xF0, 0xE0, 3, 0x800}, {0xF8, 0xF0, 4, 0x10000}}};

/// The character that `text` begins with; nothing when it is no valid UTF-8 (RFC 3629).
std::optional<Character> first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  for (const Length& length : lengths) {
    if ((byte(0) & length.mask) != length.mark) continue;
    if (text.size() < length.bytes) return std::nullopt;
    std::uint32_t code = byte(0) & static_cast<unsigned char>(~length.mask);
    for (std::size_t i = 1; i < length.bytes; ++i) {
      if ((byte(i) & 0xC0) != 0x80) return std::nullopt;
      code = code << 6 | (byte(i) & 0x3F);
    }
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < length.smallest || code > 0x10FFFF || surrogate) return std::nullopt;
    return Character{code, length.bytes};
  }
  return std::nullopt;
}

bool is_control(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0);
}

/// Direction marks and line separators of Unicode.
bool changes_layout(std::uint32_t code) {
  return code == 0x061C || code == 0x200E || code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069);
}

std::string code_text(const char* format, std::uint32_t code) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), format, code);
  return text.data();
}

std::string shown(std::string_view text, bool lines) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const std::optional<Character> character = first_character(text);
    const std::size_t bytes = character ? character->bytes : 1;
    const bool layout_of_lines = lines && (text[0] == '\n' || text[0] == '\t');
    if (!character || (character->code < 0x80 && is_control(character->code) && !layout_of_lines)) {
      safe += code_text("\\x%02x", static_cast<unsigned char>(text[0]));
    } else if (character->code >= 0x80 && (is_control(character->code) || changes_layout(character->code))) {
      safe += code_text("\\u%04x", character->code);
    } else {
      safe += text.substr(0, bytes);
    }
    text.remove_prefix(bytes);
  }
  return safe;
}

}  // namespace

std::string printable(std::string_view text) {
  return shown(text, false);
}

std::string printable_lines(std::string_view text) {
  return shown(text, true);
}

}  // namespace simplicit
