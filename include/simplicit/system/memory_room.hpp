#pragma once

#include <cstddef>
#include <string>

namespace simplicit {

/// Bytes that new allocations of this process can get: the least of what the system calls available and what
/// the control groups (v1 and v2) of a batch system leave. The files are looked up under `root`.
[[nodiscard]] std::size_t available_memory(const std::string& root = "");

/// The most this process has held at once less the shared windows it holds now, in bytes; 0 where the system
/// does not tell. The files are looked up under `root`.
[[nodiscard]] std::size_t private_memory(const std::string& root = "");

/// Where node-shared windows live (the directory Open MPI's shared-memory windows use) and how many bytes are
/// free there now.
struct SharedMemoryRoom {
  std::string directory;
  std::size_t free_bytes = 0;
  bool in_memory = true;  ///< a RAM file system, so that its pages also take memory
};

/// Throws InputError when the directory does not exist or cannot be written.
[[nodiscard]] SharedMemoryRoom shared_memory_room();

/// Throws InputError, saying what lacks and what helps, unless `bytes` for `what` fit into the memory and,
/// when `shared`, into the shared-memory directory; 1 % and 16 MiB stay spare. `promised` bytes belong to
/// windows that exist but whose pages were not touched yet, so that the system still counts them as free.
void require_room(const std::string& what, std::size_t bytes, bool shared, std::size_t promised);

/// Throws InputError unless this process may map `bytes` more for `what`: batch systems may limit the address
/// space of a process (ulimit -v), to which windows shared by a node count on every rank.
void require_address_space(const std::string& what, std::size_t bytes);

/// "512 bytes", "1.50 GiB".
[[nodiscard]] std::string human_size(std::size_t bytes);

}  // namespace simplicit
