#include <simplicit/base/error.hpp>
#include <simplicit/system/temporary_output.hpp>
#include <simplicit/system/text_file.hpp>

#include <catch2/catch.hpp>
#include <support/file_size_limit.hpp>
#include <support/temporary_directory.hpp>
#include <sys/stat.h>

#include <fstream>
#include <functional>
#include <vector>

using namespace simplicit;
using simplicit::test::FileSizeLimit;
using simplicit::test::TemporaryDirectory;
namespace fs = std::filesystem;

namespace {

/// What the user is told, and with which exit code.
std::string fault_of(const std::function<void()>& step) {
  try {
    step();
  } catch (const Error& error) {
    return (error.code() == ExitCode::bad_input ? "input: " : "system: ") + std::string(error.what());
  }
  return "no fault";
}

void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::vector<std::string> names_in_directory(const std::string& path) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(path)) names.push_back(entry.path().filename().string());
  return names;
}

}  // namespace

TEST_CASE("an output appears under its name only when committed") {
  const TemporaryDirectory directory;
  const std::string path = directory / "model.h5";
  write_bytes(path, "the last result");
  {
    const TemporaryOutput output(path);
    CHECK(fs::path(output.temporary_path()).parent_path() == fs::path(path).parent_path());
    write_bytes(output.temporary_path(), "the next result, which is longer");
  }
  CHECK(names_in_directory(directory.path()) == std::vector<std::string>{"model.h5"});
  CHECK(fs::file_size(path) == 15);

  TemporaryOutput output(path);
  write_bytes(output.temporary_path(), "the next result, which is longer");
  CHECK(fs::file_size(path) == 15);
  output.commit();
  CHECK(names_in_directory(directory.path()) == std::vector<std::string>{"model.h5"});
  CHECK(fs::file_size(path) == 32);
}

TEST_CASE("a text replaces the file of its name and leaves nothing else") {
  const TemporaryDirectory directory;
  const std::string path = directory / "report.json";
  write_bytes(path, "the last report, longer than the next");
  write_text(path, "{}\n");
  CHECK(names_in_directory(directory.path()) == std::vector<std::string>{"report.json"});
  CHECK(fs::file_size(path) == 3);
  CHECK(fault_of([&] { write_text(directory.path(), "{}"); }) ==
        "input: " + directory.path() + ": is a directory, a file name is expected");
}

TEST_CASE("an output through a symbolic link replaces the target and keeps the link") {
  const TemporaryDirectory directory;
  fs::create_directory(directory / "store");
  fs::create_symlink("store/link.h5", directory / "model.h5");
  fs::create_symlink(directory / "store/model.h5", directory / "store/link.h5");
  TemporaryOutput output(directory / "model.h5");
  write_bytes(output.temporary_path(), "the next result, which is longer");
  output.commit();
  CHECK(fs::is_symlink(directory / "model.h5"));
  CHECK(fs::is_symlink(directory / "store/link.h5"));
  CHECK(fs::file_size(directory / "store/model.h5") == 32);

  fs::create_symlink("circle.h5", directory / "circle.h5");
  CHECK_THAT(fault_of([&] { require_writable(directory / "circle.h5"); }), Catch::EndsWith("in a circle"));
}

TEST_CASE("places that cannot take an output are refused at once") {
  const TemporaryDirectory directory;
  const std::string& place = directory.path();
  write_bytes(directory / "file", "x");
  const auto fault = [](const std::string& path) { return fault_of([&] { require_writable(path); }); };

  CHECK(fault(place + "/new.h5") == "no fault");
  CHECK(fault(place + "/file") == "no fault");
  CHECK(fault("") == "input: the name of an output file is empty");
  CHECK(fault(place) == "input: " + place + ": is a directory, a file name is expected");
  CHECK(fault(place + "/nowhere/m.h5") ==
        "input: " + place + "/nowhere/m.h5: directory '" + place + "/nowhere' does not exist");
  CHECK(fault(place + "/file/m.h5") ==
        "input: " + place + "/file/m.h5: '" + place + "/file' is not a directory");
  CHECK(fault("/dev/null") == "input: /dev/null: is not a regular file");
  CHECK_THAT(fault("/proc/m.h5"), Catch::StartsWith("input: /proc/m.h5: cannot be written"));
  CHECK(names_in_directory(place) == std::vector<std::string>{"file"});
}

TEST_CASE("a replaced file keeps its mode, a new one gets that of the user's mask") {
  const TemporaryDirectory directory;
  const std::string path = directory / "model.h5";
  const auto mode_of = [](const std::string& name) {
    return static_cast<unsigned>(fs::status(name).permissions());
  };
  write_bytes(path, "x");
  for (const unsigned mode : {0600U, 0640U, 0755U, 0200U}) {
    fs::permissions(path, static_cast<fs::perms>(mode));
    {
      const TemporaryOutput output(path);
      CHECK((mode_of(output.temporary_path()) & 0077U & ~mode) == 0);  // nobody else reads it meanwhile
    }
    write_text(path, "y");
    CHECK(mode_of(path) == mode);
  }
  const auto mask = ::umask(027);
  write_text(directory / "new.json", "{}");
  ::umask(mask);
  CHECK(mode_of(directory / "new.json") == 0640);
}

TEST_CASE("a write-protected file is not replaced, whoever asks") {
  const TemporaryDirectory directory;
  const std::string path = directory / "model.h5";
  write_bytes(path, "kept");
  fs::permissions(path, fs::perms::owner_read);
  CHECK(fault_of([&] { require_writable(path); }) ==
        "input: " + path + ": is there and write-protected; it is not replaced");
  CHECK(fault_of([&] { write_text(path, "lost"); }) ==
        "input: " + path + ": is there and write-protected; it is not replaced");
  CHECK(fs::file_size(path) == 4);
  CHECK(names_in_directory(directory.path()) == std::vector<std::string>{"model.h5"});
}

TEST_CASE("temporary names differ and fit the file system") {
  const TemporaryDirectory directory;
  const std::string path = directory / std::string(255, 'n');
  const TemporaryOutput first(path);
  TemporaryOutput second(path);
  CHECK(first.temporary_path() != second.temporary_path());
  CHECK(fs::path(first.temporary_path()).filename().string().size() == 255);
  second.commit();
  CHECK(fs::exists(path));
}

TEST_CASE("what is not committed goes when the process is ended") {
  const TemporaryDirectory directory;
  TemporaryOutput committed(directory / "a.h5");
  committed.commit();
  const TemporaryOutput begun(directory / "b.h5");
  remove_temporary_outputs();
  CHECK(names_in_directory(directory.path()) == std::vector<std::string>{"a.h5"});
}

TEST_CASE("a text that the disk does not take is a fault of its file") {
  const TemporaryDirectory directory;
  const FileSizeLimit limit(100'000);
  TextOutput output(directory / "A.mtx");
  CHECK_THAT(fault_of([&] {
               for (int line = 0; line < 100'000; ++line) output.append("1 1 0.5\n");
               output.commit();
             }),
             Catch::StartsWith("system: " + (directory / "A.mtx") + ": cannot be written: "));
  CHECK_FALSE(fs::exists(directory / "A.mtx"));
}
