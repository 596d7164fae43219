#include <simplicit/base/error.hpp>
#include <simplicit/system/temporary_output.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace simplicit {
namespace {

namespace fs = std::filesystem;

/// What symbolic links at `path` lead to, there or not yet, so that the links survive the rename.
std::string target_of_links(const std::string& path) {
  constexpr int longest_chain = 40;
  fs::path target = path;
  std::error_code error;
  for (int link = 0; fs::is_symlink(target, error); ++link) {
    if (link == longest_chain) throw InputError(path + ": symbolic links lead in a circle");
    target = target.parent_path() / fs::read_symlink(target, error);
  }
  return target.string();
}

/// Replacing a device or a directory by a file would harm the system.
void require_replaceable(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status)) throw InputError(path + ": is a directory, a file name is expected");
  if (fs::exists(status) && !fs::is_regular_file(status)) throw InputError(path + ": is not a regular file");
}

void require_directory_of(const std::string& path) {
  const fs::path directory = fs::path(path).has_parent_path() ? fs::path(path).parent_path() : fs::path(".");
  std::error_code error;
  const fs::file_status status = fs::status(directory, error);
  if (!fs::exists(status)) {
    throw InputError(path + ": directory '" + directory.string() + "' does not exist");
  }
  if (!fs::is_directory(status)) {
    throw InputError(path + ": '" + directory.string() + "' is not a directory");
  }
}

/// Creating the file is the only sure test: the superuser is allowed everything but a read-only file system.
void create_empty(const std::string& temporary, const std::string& path) {
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) throw InputError(path + ": cannot be written: " + std::strerror(errno));
  ::close(descriptor);
}

/// Flushes a file or directory to the disk; false when the system reports a failure.
bool synchronise(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool done = ::fsync(descriptor) == 0;
  return ::close(descriptor) == 0 && done;
}

}  // namespace

TemporaryOutput::TemporaryOutput(std::string path) : path_(target_of_links(path)) {
  if (path_.empty()) throw InputError("the name of an output file is empty");
  require_replaceable(path_);
  require_directory_of(path_);
  temporary_ = path_ + ".partial-" + std::to_string(::getpid());
  create_empty(temporary_, path_);
}

TemporaryOutput::~TemporaryOutput() {
  if (!committed_) ::unlink(temporary_.c_str());
}

void TemporaryOutput::begin_writing_back() const {
  const int descriptor = ::open(temporary_.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);  // advice only
  ::close(descriptor);
}

void TemporaryOutput::commit() {
  if (!synchronise(temporary_)) throw SystemError(path_ + ": cannot be written: " + std::strerror(errno));
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) {
    throw SystemError(path_ + ": cannot be renamed to: " + std::strerror(errno));
  }
  committed_ = true;
  (void)synchronise(fs::path(path_).has_parent_path() ? fs::path(path_).parent_path().string() : ".");
}

void require_writable(const std::string& path) {
  const TemporaryOutput probe(path);
}

}  // namespace simplicit
