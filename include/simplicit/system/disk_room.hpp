#pragma once

#include <cstddef>
#include <string>

namespace simplicit {

/// Throws InputError naming `path` unless the file system it lies on has `bytes` free.
void require_disk_room(const std::string& path, std::size_t bytes);

/// Makes the disk hold room for the whole of the file at `path`, as large as it is, so that writing into it
/// cannot meet a full disk or a quota later: not every MPI-IO reports a collective write that found no room.
/// Where the file system cannot set room aside, its free space is looked at. Throws SystemError naming
/// `path`.
void set_room_aside(const std::string& path);

}  // namespace simplicit
