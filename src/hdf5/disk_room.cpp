#include "hdf5/disk_room.hpp"

#include <simplicit/system/memory_room.hpp>

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace simplicit::hdf5 {
namespace {

/// 0, or the system's error.
int error_of_setting_aside(const std::string& path, std::int64_t offset, std::int64_t bytes) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return errno;
  int error = 0;
  do {
    error = ::fallocate(descriptor, FALLOC_FL_KEEP_SIZE, offset, bytes) == 0 ? 0 : errno;
  } while (error == EINTR);
  ::close(descriptor);
  return error;
}

bool too_little_is_free(const std::string& path, std::int64_t bytes) {
  struct statvfs disk {};
  if (::statvfs(path.c_str(), &disk) != 0) return false;
  return static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize < static_cast<std::uint64_t>(bytes);
}

}  // namespace

void set_room_aside(const Place& place, std::int64_t offset, std::int64_t bytes) {
  if (bytes == 0) return;
  int error = error_of_setting_aside(place.path, offset, bytes);
  if (error == EOPNOTSUPP || error == ENOSYS) error = too_little_is_free(place.path, bytes) ? ENOSPC : 0;
  if (error == 0) return;
  place.fail("cannot be written: no room for " + human_size(static_cast<std::size_t>(bytes)) + ": " +
             std::strerror(error));
}

}  // namespace simplicit::hdf5
