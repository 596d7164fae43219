#include <simplicit/base/printable.hpp>

#include <catch2/catch.hpp>

using simplicit::printable;
using simplicit::printable_lines;

TEST_CASE("ordinary text of any script is unchanged") {
  for (const char* text : {"", "plain text, 'quoted' & <b>", "größer als π, 状態, 🙂", "a\\b"}) {
    CHECK(printable(text) == text);
  }
}

TEST_CASE("control characters stand as their code") {
  CHECK(printable("\x1b[2J\x07") == "\\x1b[2J\\x07");
  CHECK(printable("a\nb\tc\x7f") == "a\\x0ab\\x09c\\x7f");
  CHECK(printable_lines("a\nb\tc\r") == "a\nb\tc\\x0d");
  CHECK(printable(std::string("\0", 1)) == "\\x00");
  CHECK(printable("\xc2\x9b"
                  "31m") == "\\u009b31m");  // an escape sequence of one 8-bit character
}

TEST_CASE("marks that turn the direction of writing stand as their code") {
  CHECK(printable("abc\xe2\x80\xae"
                  "fed") == "abc\\u202efed");
  CHECK(printable("\xe2\x81\xa6x\xe2\x80\xa8") == "\\u2066x\\u2028");
}

TEST_CASE("bytes that are no UTF-8 stand as their code") {
  CHECK(printable("\xff") == "\\xff");
  CHECK(printable("a\xc3") == "a\\xc3");                      // cut off
  CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");               // too long a form of '/'
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");      // half of a surrogate pair
  CHECK(printable("\xf4\x90\x80\x80").starts_with("\\xf4"));  // above the last code point
}
