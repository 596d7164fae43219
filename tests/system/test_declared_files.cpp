#include <simplicit/base/error.hpp>
#include <simplicit/system/declared_files.hpp>

#include <catch2/catch.hpp>
#include <support/temporary_directory.hpp>

#include <fstream>

using namespace simplicit;
using simplicit::test::TemporaryDirectory;
namespace fs = std::filesystem;

namespace {

/// A folder with files to read, which is the working directory while the test lives.
class Folder {
 public:
  Folder() : before_(fs::current_path()) {
    fs::current_path(directory_.path());
    write("states.h5", "\x89HDF\r\n\x1a\n...");
    fs::create_directories("images/raw");
    write("images/train", "pixels");
    write("images/raw/test", "pixels");
    write("images/baseline.h5", "\x89HDF\r\n\x1a\n...");
    write("elsewhere", "pixels");
    fs::create_symlink("../elsewhere", "images/labels");
    fs::create_symlink("states.h5", "link.h5");
    fs::create_hard_link("states.h5", "twin.h5");
    fs::create_symlink("images", "pictures");
    fs::create_symlink("model.h5", "future.h5");  // of a file that is not there yet
  }
  ~Folder() { fs::current_path(before_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  static void write(const std::string& name, const std::string& bytes) {
    std::ofstream(name, std::ios::binary) << bytes;
  }
  [[nodiscard]] std::string path(const std::string& name) const { return directory_ / name; }

 private:
  TemporaryDirectory directory_;
  fs::path before_;
};

std::string fault_of(const DeclaredFiles& files) {
  try {
    files.check();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no fault";
}

std::string fault_with_out(const std::string& out) {
  DeclaredFiles files;
  files.reads("STATES", "states.h5");
  files.reads("--dataset", "images");
  files.writes("--out", out);
  return fault_of(files);
}

std::string fault_of_outputs(const std::string& out, const std::string& report) {
  DeclaredFiles files;
  files.writes("--out", out);
  files.writes("--report", report);
  files.writes("--checkpoint", "");
  return fault_of(files);
}

}  // namespace

TEST_CASE("an output that is an input is refused under every spelling, through every link") {
  const Folder folder;
  for (const std::string& out :
       {std::string("states.h5"), std::string("./states.h5"), std::string("images/../states.h5"),
        std::string("pictures/../states.h5"), std::string("link.h5"), std::string("twin.h5"),
        folder.path("states.h5"), folder.path("link.h5")}) {
    INFO(out);
    CHECK_THAT(fault_with_out(out),
               Catch::StartsWith("--out " + out + " and STATES states.h5 are the same file"));
  }
  CHECK(fault_with_out("model.h5") == "no fault");
  CHECK(fault_with_out("future.h5") == "no fault");
}

TEST_CASE("an output never replaces a file of a folder that is read") {
  const Folder folder;
  for (const char* out :
       {"images/train", "images/raw/test", "pictures/train", "elsewhere", "images/labels"}) {
    INFO(out);
    CHECK_THAT(fault_with_out(out),
               Catch::StartsWith("--out would replace ") && Catch::Contains("a file of --dataset images"));
  }
  CHECK(fault_with_out("images/baseline.h5") == "no fault");  // what the command wrote there before
  CHECK(fault_with_out("images/new.h5") == "no fault");
}

TEST_CASE("two outputs are never one file") {
  const Folder folder;
  const std::string same = "--report and --out are the same file";
  CHECK_THAT(fault_of_outputs("m.h5", "m.h5"), Catch::StartsWith(same));
  CHECK_THAT(fault_of_outputs("m.h5", "./images/../m.h5"), Catch::StartsWith(same));
  CHECK_THAT(fault_of_outputs("images/m.h5", "pictures/m.h5"), Catch::StartsWith(same));
  CHECK_THAT(fault_of_outputs("model.h5", "future.h5"), Catch::StartsWith(same));
  CHECK_THAT(fault_of_outputs("twin.h5", "link.h5"), Catch::StartsWith(same));
  CHECK_THAT(fault_of_outputs("m.h5", folder.path("m.h5")), Catch::StartsWith(same));
  CHECK(fault_of_outputs("m.h5", "images/m.h5") == "no fault");
  CHECK(fault_of_outputs("m.h5", "") == "no fault");
}

TEST_CASE("outputs that cannot be written are found before any work") {
  const Folder folder;
  CHECK_THAT(fault_of_outputs("nowhere/m.h5", ""), Catch::Contains("does not exist"));
  fs::permissions("elsewhere", fs::perms::owner_read);
  CHECK_THAT(fault_of_outputs("m.h5", "elsewhere"), Catch::Contains("write-protected"));
}

TEST_CASE("files in a folder that will be made are compared as if it were there") {
  const Folder folder;
  DeclaredFiles files;
  files.reads("FILE", "images/train");
  files.writes_in("--out", "page", {"index.html", "train"});
  CHECK(fault_of(files) == "no fault");
  files.writes("--report", "page/./index.html");
  CHECK_THAT(fault_of(files), Catch::StartsWith("--report and --out are the same file"));
  DeclaredFiles inside;
  inside.reads("FILE", "images/train");
  inside.writes_in("--out", "pictures", {"index.html", "train"});
  CHECK_THAT(fault_of(inside), Catch::Contains("FILE images/train are the same file"));
}
