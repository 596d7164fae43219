#pragma once

#include <simplicit/base/types.hpp>
#include <simplicit/parallel/communicator.hpp>
#include <simplicit/system/memory_room.hpp>

#include <memory>
#include <span>
#include <string>

namespace simplicit {

/// One piece of memory that all ranks of a node share, at a 64-byte boundary on every rank.
/// With one rank on the node it is ordinary memory. Pages that nobody touches cost nothing.
class NodeWindow {
 public:
  NodeWindow();  ///< no bytes
  /// Collective over `node`, all ranks asking for the same `bytes`. `what` names the content in the
  /// InputError (the memory or the shared-memory directory has too little room) or SystemError that all ranks
  /// of the node throw, before anything is touched. When there are several nodes, call it inside agree over
  /// all ranks.
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

}  // namespace simplicit
