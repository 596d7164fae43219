#include <simplicit/base/error.hpp>
#include <simplicit/base/json_document.hpp>

#include <catch2/catch.hpp>
#include <support/temporary_directory.hpp>
#include <sys/stat.h>

#include <fstream>

using namespace simplicit;
using simplicit::test::TemporaryDirectory;

namespace {

std::string nested(int depth) {
  std::string text;
  for (int i = 0; i < depth; ++i) text += i % 2 == 0 ? "[" : R"({"a":)";
  text += "1";
  for (int i = depth; i-- > 0;) text += i % 2 == 0 ? "]" : "}";
  return text;
}

std::string fault_of(const std::string& path) {
  try {
    (void)json_from_file(path);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("JSON is read up to a depth") {
  CHECK(json_from_text(nested(deepest_json)).is_array());
  CHECK(json_from_text(nested(deepest_json + 1)).is_discarded());
  CHECK(json_from_text(nested(200000)).is_discarded());
  CHECK(json_from_text(std::string(200000, '[')).is_discarded());
  CHECK(json_from_text("not JSON").is_discarded());
  CHECK(json_from_text("").is_discarded());
}

TEST_CASE("brackets inside of strings are no depth") {
  const std::string brackets(1000, '[');
  CHECK(json_from_text("[\"" + brackets + "\"]")[0] == brackets);
  CHECK(json_from_text("[\"\\\"" + brackets + "\"]")[0] == "\"" + brackets);
}

TEST_CASE("what is no readable file is refused by name, without waiting for it") {
  const TemporaryDirectory directory;
  const std::string pipe = directory / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(fault_of(pipe) == pipe + ": is not a regular file");
  CHECK(fault_of(directory.path()) == directory.path() + ": is a directory, a file is expected");
  CHECK(fault_of(directory / "none") == (directory / "none") + ": does not exist");
  CHECK(fault_of("/dev/zero") == "/dev/zero: is not a regular file");
  std::ofstream(directory / "a.json") << R"({"a": [1, 2]})";
  CHECK(json_from_file(directory / "a.json")["a"][1] == 2);
}
