#include <simplicit/base/error.hpp>
#include <simplicit/system/temporary_output.hpp>

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace simplicit {
namespace {

namespace fs = std::filesystem;

/// The names of the temporary files there are, where a signal handler finds them.
struct ListedName {
  std::atomic<bool> used{false};
  std::array<char, PATH_MAX> name{};
};
constexpr std::size_t most_listed = 32;
std::array<ListedName, most_listed> listed_names;
static_assert(std::atomic<bool>::is_always_lock_free, "read by a signal handler");

void list(const std::string& path) {
  for (ListedName& entry : listed_names) {
    if (entry.used.load() || path.size() >= entry.name.size()) continue;
    std::copy(path.begin(), path.end(), entry.name.begin());
    entry.name[path.size()] = 0;
    entry.used.store(true);
    return;
  }
}

void strike_off(const std::string& path) {
  for (ListedName& entry : listed_names) {
    if (entry.used.load() && path == entry.name.data()) entry.used.store(false);
  }
}

std::string directory_of(const std::string& path) {
  const fs::path parent = fs::path(path).parent_path();
  return parent.empty() ? "." : parent.string();
}

void require_directory(const std::string& path) {
  const std::string directory = directory_of(path);
  std::error_code error;
  const fs::file_status status = fs::status(directory, error);
  if (!fs::exists(status)) throw InputError(path + ": directory '" + directory + "' does not exist");
  if (!fs::is_directory(status)) throw InputError(path + ": '" + directory + "' is not a directory");
}

/// What is at `path`, if anything. Replacing a device or a directory by a file would harm the system, and a
/// file that nobody may write is kept on purpose: the superuser has to ask for it too.
std::optional<struct stat> replaceable_file(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  if (S_ISDIR(status.st_mode)) throw InputError(path + ": is a directory, a file name is expected");
  if (!S_ISREG(status.st_mode)) throw InputError(path + ": is not a regular file");
  if ((status.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) == 0) {
    throw InputError(path + ": is there and write-protected; it is not replaced");
  }
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) {
    throw InputError(path + ": is there and may not be replaced: " + std::strerror(errno));
  }
  ::close(descriptor);
  return status;
}

/// `path` with a random part at its end, and shortened where the file system would not take so long a name.
std::string temporary_name(const std::string& path) {
  std::uint64_t number = 0;
  if (::getrandom(&number, sizeof number, 0) != sizeof number) {
    throw SystemError(path + ": cannot be written: the system gives no random numbers");
  }
  std::array<char, 32> ending{};
  const int length = std::snprintf(ending.data(), ending.size(), ".partial-%016llx",
                                   static_cast<unsigned long long>(number));
  const fs::path file(path);
  std::string name = file.filename().string();
  name.resize(std::min(name.size(), static_cast<std::size_t>(NAME_MAX - length)));
  return (file.parent_path() / (name + ending.data())).string();
}

/// Creating the file is the only sure test: the superuser is allowed everything but a read-only file system.
std::string create_beside(const std::string& path, mode_t mode) {
  constexpr int most_attempts = 100;
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    std::string name = temporary_name(path);
    const int descriptor = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (descriptor >= 0) {
      ::close(descriptor);
      return name;
    }
    if (errno != EEXIST) break;
  }
  throw InputError(path + ": cannot be written: " + std::strerror(errno));
}

/// Flushes a file or directory to the disk; false when the system reports a failure.
bool synchronise(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool done = ::fsync(descriptor) == 0;
  return ::close(descriptor) == 0 && done;
}

/// Gives the file owner and mode of the one it replaces. Only the superuser may give files away.
bool take_after(const std::string& path, const struct stat& replaced) {
  struct stat own {};
  if (::stat(path.c_str(), &own) != 0) return false;
  if (own.st_uid != replaced.st_uid || own.st_gid != replaced.st_gid) {
    [[maybe_unused]] const int given = ::chown(path.c_str(), replaced.st_uid, replaced.st_gid);
  }
  return ::chmod(path.c_str(), replaced.st_mode & 07777U) == 0;
}

}  // namespace

TemporaryOutput::TemporaryOutput(const std::string& path) : path_(target_of_links(path)) {
  if (path_.empty()) throw InputError("the name of an output file is empty");
  replaced_ = replaceable_file(path_);
  require_directory(path_);
  temporary_ = create_beside(path_, replaced_ ? (replaced_->st_mode & 0777U) | S_IRUSR | S_IWUSR : 0666U);
  list(temporary_);
}

TemporaryOutput::~TemporaryOutput() {
  if (committed_) return;
  ::unlink(temporary_.c_str());
  strike_off(temporary_);
}

void TemporaryOutput::begin_writing_back() const {
  const int descriptor = ::open(temporary_.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);  // advice only
  ::close(descriptor);
}

void TemporaryOutput::commit() {
  if (!synchronise(temporary_)) throw SystemError(path_ + ": cannot be written: " + std::strerror(errno));
  if (replaced_ && !take_after(temporary_, *replaced_)) {
    throw SystemError(path_ + ": the mode of the file cannot be kept: " + std::strerror(errno));
  }
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) {
    throw SystemError(path_ + ": cannot be renamed to: " + std::strerror(errno));
  }
  committed_ = true;
  strike_off(temporary_);
  (void)synchronise(directory_of(path_));
}

void require_writable(const std::string& path) {
  const TemporaryOutput probe(path);
}

void remove_temporary_outputs() noexcept {
  for (const ListedName& entry : listed_names) {
    if (entry.used.load()) ::unlink(entry.name.data());
  }
}

std::string target_of_links(const std::string& path) {
  namespace fs = std::filesystem;
  constexpr int longest_chain = 40;
  fs::path target = path;
  std::error_code error;
  for (int link = 0; fs::is_symlink(target, error); ++link) {
    if (link == longest_chain) throw InputError(path + ": symbolic links lead in a circle");
    target = target.parent_path() / fs::read_symlink(target, error);
  }
  return target.string();
}

}  // namespace simplicit
