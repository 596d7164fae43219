#include <simplicit/base/error.hpp>
#include <simplicit/hdf5/file.hpp>

#include <catch2/catch.hpp>
#include <support/file_size_limit.hpp>
#include <support/temporary_directory.hpp>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

namespace {
int error_of_locks = 0;  ///< what the file system answers to a lock; 0 leaves it to the real one
}

/// In place of the C library's, so that a file system without locks can be had anywhere.
extern "C" int flock(int descriptor, int operation) noexcept {
  if (error_of_locks == 0) return static_cast<int>(::syscall(SYS_flock, descriptor, operation));
  errno = error_of_locks;
  return -1;
}

using namespace simplicit;
using simplicit::hdf5::File;
using simplicit::test::FileSizeLimit;
using simplicit::test::TemporaryDirectory;
namespace fs = std::filesystem;

namespace {

/// What the user is told, and with which exit code.
std::string fault_on_opening(const std::function<void()>& step) {
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

void write_small_file(const std::string& path) {
  File file = File::create(path);
  file.write("data", std::vector<double>(1000, 1.5), {1000});
  file.close();
}

}  // namespace

TEST_CASE("files that cannot be opened are told apart") {
  const TemporaryDirectory directory;
  const std::string path = directory / "file.h5";
  const auto fault = [&] { return fault_on_opening([&] { (void)File::open(path); }); };

  CHECK(fault() == "input: " + path + ": does not exist");

  write_bytes(path, "");
  CHECK(fault() == "input: " + path + ": is empty");

  write_bytes(path, "this is no HDF5 file, whatever its name says");
  CHECK(fault() == "input: " + path + ": is not an HDF5 file");

  fs::remove(path);
  fs::create_directory(path);
  CHECK(fault() == "input: " + path + ": is a directory");
  fs::remove(path);

  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  CHECK(fault() == "input: " + path + ": is not a regular file");
}

TEST_CASE("a file cut anywhere is refused or read, never a crash") {
  const TemporaryDirectory directory;
  const std::string path = directory / "file.h5";
  write_small_file(path);
  const auto whole = fs::file_size(path);
  const std::string bytes = [&] {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }();
  for (std::uintmax_t kept = whole - 1; kept > 8; kept = kept * 3 / 4) {
    write_bytes(path, bytes.substr(0, kept));
    CHECK_THAT(fault_on_opening([&] { (void)File::open(path).read_doubles("data"); }),
               Catch::StartsWith("input: " + path + ": is truncated or damaged"));
  }
}

TEST_CASE("a file system without locks is written and read all the same") {
  const TemporaryDirectory directory;
  const std::string path = directory / "file.h5";
  for (const int error : {ENOLCK, ENOSYS, EOPNOTSUPP}) {
    error_of_locks = error;
    const std::string fault = fault_on_opening([&] {
      write_small_file(path);
      CHECK(File::open(path).read_doubles("data") == std::vector<double>(1000, 1.5));
    });
    error_of_locks = 0;
    CHECK(fault == "no fault");
  }
}

TEST_CASE("a locked file names the way out") {
  const TemporaryDirectory directory;
  const std::string path = directory / "file.h5";
  write_small_file(path);
  std::ofstream keeps_open(path, std::ios::app);
  const int descriptor = ::open(path.c_str(), O_RDWR);
  REQUIRE(::flock(descriptor, LOCK_EX) == 0);
  CHECK_THAT(fault_on_opening([&] { (void)File::open(path); }),
             Catch::StartsWith("input: " + path + ": cannot be locked") &&
                 Catch::Contains("HDF5_USE_FILE_LOCKING=FALSE"));
  ::close(descriptor);
  CHECK(fault_on_opening([&] { (void)File::open(path); }) == "no fault");
}

TEST_CASE("a full disk is a system error when writing or closing") {
  const TemporaryDirectory directory;
  const std::string path = directory / "file.h5";
  const FileSizeLimit limit(4096);
  CHECK_THAT(fault_on_opening([&] {
               File file = File::create(path);
               file.write("data", std::vector<double>(100000, 1.5), {100000});
               file.close();
             }),
             Catch::StartsWith("system: " + path + ": dataset 'data' cannot be written"));
  CHECK_THAT(fault_on_opening([&] {
               File file = File::create(path);
               file.set_attribute("/", "provenance", std::string(60000, 'x'));
               file.close();
             }),
             Catch::StartsWith("system: " + path + ":"));
}

TEST_CASE("files are created only where that works") {
  const TemporaryDirectory directory;
  CHECK_THAT(fault_on_opening([&] { (void)File::create(directory / "nowhere/file.h5"); }),
             Catch::StartsWith("system: " + (directory / "nowhere/file.h5") + ": cannot be created"));
  CHECK_THAT(fault_on_opening([&] { (void)File::create(directory.path()); }),
             Catch::Contains("cannot be created"));
}
