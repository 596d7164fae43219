#pragma once

#include <simplicit/hdf5/calls.hpp>

#include <cstdint>

namespace simplicit::hdf5 {

/// Sets `bytes` from `offset` of the file aside on its disk, without changing the file's size, so that a full
/// disk is found now: not every MPI-IO reports a collective write that found no room. Where the file system
/// cannot set room aside, its free space is looked at. Throws SystemError at `place`.
void set_room_aside(const Place& place, std::int64_t offset, std::int64_t bytes);

}  // namespace simplicit::hdf5
