#include "parallel/mpi_error.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/parallel/node_window.hpp>

#include <mpi.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <utility>
#include <vector>

namespace simplicit {
namespace {

constexpr std::size_t alignment = 64;

std::size_t past_boundary(const void* address) {
  return reinterpret_cast<std::uintptr_t>(address) % alignment;
}

std::size_t page_bytes() {
  return static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

/// The memory of the windows this process has; the system counts their untouched pages as free.
std::vector<std::span<std::byte>>& living_windows() {
  static std::vector<std::span<std::byte>> windows;
  return windows;
}

std::size_t untouched_bytes(std::span<std::byte> window) {
  constexpr std::size_t pages_at_once = 4096;
  const std::size_t page = page_bytes();
  std::byte* begin = window.data() - reinterpret_cast<std::uintptr_t>(window.data()) % page;
  const std::byte* end = window.data() + window.size();
  std::size_t untouched = 0;
  std::vector<unsigned char> resident(pages_at_once);
  for (; begin < end; begin += pages_at_once * page) {
    const std::size_t bytes = std::min(pages_at_once * page, static_cast<std::size_t>(end - begin));
    const std::size_t pages = (bytes + page - 1) / page;
    if (mincore(begin, bytes, resident.data()) != 0) return 0;
    for (std::size_t i = 0; i < pages; ++i) untouched += (resident[i] & 1U) != 0 ? 0 : page;
  }
  return untouched;
}

std::size_t promised_bytes() {
  std::size_t promised = 0;
  for (const auto& window : living_windows()) promised += untouched_bytes(window);
  return promised;
}

std::byte* map_private_memory(std::size_t bytes, const std::string& what) {
  void* memory =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw SystemError("no memory for " + what + " (" + human_size(bytes) + ")");
  madvise(memory, bytes, MADV_HUGEPAGE);  // advice only: without it everything still works
  return static_cast<std::byte*>(memory);
}

/// The memory that the node's first rank gave to the window, as mapped on this rank.
std::byte* memory_of_first_rank(MPI_Win window) {
  MPI_Aint bytes = 0;
  int unit = 0;
  void* memory = nullptr;
  SIMPLICIT_MPI(MPI_Win_shared_query(window, 0, &bytes, &unit, static_cast<void*>(&memory)));
  return static_cast<std::byte*>(memory);
}

}  // namespace

struct NodeWindow::Impl {
  Communicator node;
  std::span<std::byte> content;  ///< what the owner sees
  MPI_Win window = MPI_WIN_NULL;
  int exceptions_at_start = std::uncaught_exceptions();

  Impl(Communicator node_ranks, std::size_t bytes, const std::string& what) : node(std::move(node_ranks)) {
    if (node.size() == 1) {
      content = {map_private_memory(std::max<std::size_t>(bytes, 1), what), bytes};
    } else {
      allocate_shared(bytes);
    }
    living_windows().push_back(content);
  }

  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  /// All memory belongs to the node's first rank. Each rank maps it elsewhere, but at the same place within a
  /// page, so the way to the next boundary is the same for all.
  void allocate_shared(std::size_t bytes) {
    const std::size_t own = node.is_root() ? bytes + alignment : 0;
    void* unused = nullptr;
    SIMPLICIT_MPI(MPI_Win_allocate_shared(static_cast<MPI_Aint>(own), 1, MPI_INFO_NULL, node.raw(),
                                          static_cast<void*>(&unused), &window));
    SIMPLICIT_MPI(MPI_Win_set_errhandler(window, MPI_ERRORS_RETURN));
    std::byte* memory = memory_of_first_rank(window);
    const auto past = static_cast<std::int64_t>(past_boundary(memory));
    SIMPLICIT_ASSERT(node.min(past) == node.max(past), std::to_string(past) + " bytes past a boundary here");
    content = {memory + (alignment - past_boundary(memory)) % alignment, bytes};
    SIMPLICIT_MPI(MPI_Win_lock_all(MPI_MODE_NOCHECK, window));
  }

  ~Impl() {
    std::erase_if(living_windows(), [&](auto other) { return other.data() == content.data(); });
    if (window == MPI_WIN_NULL) {
      if (node.size() == 1) munmap(content.data(), std::max<std::size_t>(content.size(), 1));
      return;
    }
    // Freeing waits for the other ranks; a rank that leaves by an exception may be the only one to come.
    if (std::uncaught_exceptions() > exceptions_at_start) return;
    MPI_Win_unlock_all(window);
    MPI_Win_free(&window);
  }
};

NodeWindow::NodeWindow(const Communicator& node, std::size_t bytes, const std::string& what) {
  const auto asked = static_cast<std::int64_t>(bytes);
  SIMPLICIT_ASSERT(node.min(asked) == node.max(asked), what + ": " + std::to_string(bytes) + " bytes here");
  on_root(node, [&] { require_room(what, bytes, node.size() > 1, promised_bytes()); });
  agree(node, [&] { require_address_space(what, bytes); });
  impl_ = std::make_unique<Impl>(node, bytes, what);
}

NodeWindow::NodeWindow() = default;
NodeWindow::NodeWindow(NodeWindow&&) noexcept = default;
NodeWindow& NodeWindow::operator=(NodeWindow&&) noexcept = default;
NodeWindow::~NodeWindow() = default;

std::size_t NodeWindow::bytes() const {
  return impl_ ? impl_->content.size() : 0;
}

void* NodeWindow::data() const {
  return impl_ ? impl_->content.data() : nullptr;
}

void NodeWindow::fence() const {
  if (!impl_ || impl_->window == MPI_WIN_NULL) return;
  SIMPLICIT_MPI(MPI_Win_sync(impl_->window));
  impl_->node.barrier();
  SIMPLICIT_MPI(MPI_Win_sync(impl_->window));
}

}  // namespace simplicit
