#include <simplicit/base/error.hpp>
#include <simplicit/system/disk_room.hpp>
#include <simplicit/system/memory_room.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace simplicit {
namespace {

/// 0, or the system's error.
int error_of_setting_aside(int descriptor, off_t bytes) {
  int error = 0;
  do {
    error = ::fallocate(descriptor, 0, 0, bytes) == 0 ? 0 : errno;
  } while (error == EINTR);
  return error;
}

/// Whether what the file does not hold on the disk yet is more than is free there.
bool too_little_is_free(int descriptor, const struct stat& file) {
  struct statvfs disk {};
  if (::fstatvfs(descriptor, &disk) != 0) return false;
  constexpr std::int64_t bytes_of_a_block = 512;  // of st_blocks, whatever the file system
  const auto missing = static_cast<std::int64_t>(file.st_size) - bytes_of_a_block * file.st_blocks;
  return missing > 0 &&
         static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize < static_cast<std::uint64_t>(missing);
}

}  // namespace

void require_disk_room(const std::string& path, std::size_t bytes) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  struct statvfs space {};
  if (statvfs(parent.empty() ? "." : parent.c_str(), &space) != 0) return;
  const std::size_t left = std::size_t{space.f_bavail} * space.f_frsize;
  if (bytes <= left) return;
  throw InputError(path + ": will take " + human_size(bytes) + ", its file system has " + human_size(left) +
                   " left");
}

void set_room_aside(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) throw SystemError(path + ": cannot be written: " + std::strerror(errno));
  struct stat file {};
  int error = ::fstat(descriptor, &file) == 0 ? 0 : errno;
  if (error == 0 && file.st_size > 0) error = error_of_setting_aside(descriptor, file.st_size);
  if (error == EOPNOTSUPP || error == ENOSYS) error = too_little_is_free(descriptor, file) ? ENOSPC : 0;
  ::close(descriptor);
  if (error == 0) return;
  throw SystemError(path + ": cannot be written: no room for " +
                    human_size(static_cast<std::size_t>(file.st_size)) + ": " + std::strerror(error));
}

}  // namespace simplicit
