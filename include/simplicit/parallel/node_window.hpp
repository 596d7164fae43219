#pragma once

#include <simplicit/base/types.hpp>
#include <simplicit/parallel/communicator.hpp>

#include <memory>
#include <span>
#include <string>

namespace simplicit {

/// One piece of memory that all ranks of a node share, at a 64-byte boundary on every rank.
/// With one rank on the node it is ordinary memory.
class NodeWindow {
 public:
  NodeWindow() = default;
  /// Collective over `node`. `what` names the content in the message of the SystemError/InputError thrown
  /// when the shared-memory file system or the memory has too little room (checked before anything is
  /// touched, by all ranks together).
  NodeWindow(const Communicator& node, std::size_t bytes, const std::string& what);
  NodeWindow(NodeWindow&&) noexcept;
  NodeWindow& operator=(NodeWindow&&) noexcept;
  ~NodeWindow();  ///< collective over the node

  [[nodiscard]] std::size_t bytes() const;
  template <class T>
  [[nodiscard]] std::span<T> as() const {
    return {static_cast<T*>(data()), bytes() / sizeof(T)};
  }
  /// What was written by any rank before is seen by every rank after (collective over the node).
  void fence() const;

 private:
  [[nodiscard]] void* data() const;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Where windows live (the shared-memory directory Open MPI uses) and how many bytes are free there now.
struct SharedMemoryRoom {
  std::string directory;
  std::size_t free_bytes;
};
[[nodiscard]] SharedMemoryRoom shared_memory_room();
/// Memory the system says is available to new allocations, in bytes.
[[nodiscard]] std::size_t available_memory();

}  // namespace simplicit
