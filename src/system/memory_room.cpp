#include <simplicit/base/error.hpp>
#include <simplicit/system/memory_room.hpp>

#include <sys/resource.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>

namespace simplicit {
namespace {

constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();
constexpr std::size_t spare_bytes = std::size_t{16} << 20;

/// The number after `key` in a file of lines "key number ..."; `otherwise` when there is none.
std::size_t number_after(const std::string& path, const std::string& key, std::size_t otherwise) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string name;
    std::size_t number = 0;
    if (words >> name && name == key && words >> number) return number;
  }
  return otherwise;
}

/// The one number in a file; `otherwise` when it holds a word ("max") or cannot be read.
std::size_t number_in(const std::string& path, std::size_t otherwise) {
  std::ifstream file(path);
  std::size_t number = 0;
  return file >> number ? number : otherwise;
}

/// The names of the files of one generation of control groups.
struct GroupFiles {
  std::string limit;
  std::string usage;
  std::string reclaimable;  ///< in memory.stat: file pages the kernel drops when memory is needed
};
const GroupFiles version_1{"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"};
const GroupFiles version_2{"memory.max", "memory.current", "inactive_file"};

std::size_t room_in_group(const std::string& folder, const GroupFiles& files) {
  const std::size_t limit = number_in(folder + "/" + files.limit, unlimited);
  if (limit == unlimited) return unlimited;
  const std::size_t usage = number_in(folder + "/" + files.usage, 0);
  const std::size_t reclaimable = number_after(folder + "/memory.stat", files.reclaimable, 0);
  const std::size_t held = usage - std::min(usage, reclaimable);
  return limit - std::min(limit, held);
}

/// A limit on any group above binds too, up to the mount point.
std::size_t room_up_from(const std::string& mount, std::string group, const GroupFiles& files) {
  std::size_t room = room_in_group(mount, files);
  while (!group.empty() && group != "/") {
    room = std::min(room, room_in_group(mount + group, files));
    group.resize(group.find_last_of('/'));
  }
  return room;
}

std::size_t room_in_groups(const std::string& root) {
  std::size_t room = unlimited;
  std::ifstream file(root + "/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {  // hierarchy:controllers:/group
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos || line[second + 1] != '/') continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string group = line.substr(second + 1);
    if (controllers.empty()) room = std::min(room, room_up_from(root + "/sys/fs/cgroup", group, version_2));
    if (controllers == "memory")
      room = std::min(room, room_up_from(root + "/sys/fs/cgroup/memory", group, version_1));
  }
  return room;
}

bool lives_in_memory(const std::string& directory) {
  constexpr long tmpfs = 0x01021994;
  constexpr long ramfs = static_cast<long>(0x858458f6);
  struct statfs kind {};
  return statfs(directory.c_str(), &kind) == 0 && (kind.f_type == tmpfs || kind.f_type == ramfs);
}

std::size_t usable(std::size_t free, std::size_t promised) {
  const std::size_t taken = free / 100 + spare_bytes;
  const std::size_t left = free - std::min(free, taken);
  return left - std::min(left, promised);
}

[[noreturn]] void refuse(const std::string& what, std::size_t bytes, const std::string& why) {
  throw InputError("no room for " + what + " (" + human_size(bytes) + "): " + why);
}

void require_shared_room(const std::string& what, std::size_t bytes, const SharedMemoryRoom& room,
                         std::size_t promised) {
  const std::size_t left = usable(room.free_bytes, promised);
  if (bytes > left)
    refuse(
        what, bytes,
        "the shared-memory directory " + room.directory + " has " + human_size(left) +
            " to give; enlarge it, or set OMPI_MCA_osc_sm_backing_directory to a directory with more room");
}

void require_memory(const std::string& what, std::size_t bytes, std::size_t promised) {
  const std::size_t left = usable(available_memory(), promised);
  if (bytes > left) refuse(what, bytes, "this node has " + human_size(left) + " of memory to give");
}

}  // namespace

std::size_t available_memory(const std::string& root) {
  constexpr std::size_t kib = 1024;
  const std::size_t system = number_after(root + "/proc/meminfo", "MemAvailable:", unlimited / kib) * kib;
  return std::min(system, room_in_groups(root));
}

std::size_t private_memory(const std::string& root) {
  constexpr std::size_t kib = 1024;
  const std::string status = root + "/proc/self/status";
  const std::size_t most = number_after(status, "VmHWM:", 0) * kib;
  const std::size_t shared = number_after(status, "RssShmem:", 0) * kib;
  return most - std::min(most, shared);
}

SharedMemoryRoom shared_memory_room() {
  const char* set = std::getenv("OMPI_MCA_osc_sm_backing_directory");
  const std::string directory = set != nullptr && *set != '\0' ? set : "/dev/shm";
  struct statvfs space {};
  if (access(directory.c_str(), W_OK | X_OK) != 0 || statvfs(directory.c_str(), &space) != 0)
    throw InputError(
        "the shared-memory directory " + directory +
        " does not exist or cannot be written; set OMPI_MCA_osc_sm_backing_directory to one that can");
  return {directory, std::size_t{space.f_bavail} * space.f_frsize, lives_in_memory(directory)};
}

void require_room(const std::string& what, std::size_t bytes, bool shared, std::size_t promised) {
  if (!shared) return require_memory(what, bytes, promised);
  const SharedMemoryRoom room = shared_memory_room();
  require_shared_room(what, bytes, room, promised);
  if (room.in_memory) require_memory(what, bytes, promised);
}

void require_address_space(const std::string& what, std::size_t bytes) {
  struct rlimit limit {};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return;
  const std::size_t taken = number_after("/proc/self/status", "VmSize:", 0) * 1024;
  const std::size_t left = usable(limit.rlim_cur - std::min<std::size_t>(limit.rlim_cur, taken), 0);
  if (bytes > left) {
    refuse(what, bytes, "the limit on the address space of a process (ulimit -v) leaves " + human_size(left));
  }
}

std::string human_size(std::size_t bytes) {
  constexpr std::array units{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 1024) return std::to_string(bytes) + " bytes";
  double size = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  for (; size >= 1024 && unit + 1 < units.size(); ++unit) size /= 1024;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f %s", size, units[unit]);
  return text.data();
}

}  // namespace simplicit
