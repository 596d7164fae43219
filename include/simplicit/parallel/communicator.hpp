#pragma once

#include <simplicit/base/types.hpp>

#include <mpi.h>

#include <cstddef>
#include <cstring>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace simplicit {

/// The ranks that work together, with the few collectives used here; a cheap handle, copied freely.
/// Every member that says "collective" must be called by all ranks. MPI failures throw SystemError
/// naming the call. Sums are of integers only: floating-point sums over ranks would depend on their number.
class Communicator {
 public:
  /// All ranks of the run (MPI must be initialised, see Session).
  static Communicator world();
  /// This process alone; the twin that lets everything run without a launcher.
  static Communicator self();
  /// A copy of a raw communicator that is freed with the last handle.
  static Communicator adopt(MPI_Comm raw);

  [[nodiscard]] int rank() const { return rank_; }
  [[nodiscard]] int size() const { return size_; }
  [[nodiscard]] bool is_root() const { return rank_ == 0; }
  [[nodiscard]] MPI_Comm raw() const { return *comm_; }

  /// The ranks of this node, in the order of this communicator (collective).
  [[nodiscard]] Communicator split_by_node() const;
  /// The ranks that pass the same colour >= 0, in this order (collective).
  [[nodiscard]] Communicator split(int colour) const;

  void barrier() const;
  /// Every rank gets root's bytes (collective); larger than 2 GiB is cut into pieces.
  void broadcast_bytes(void* data, std::size_t bytes, int root) const;
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void broadcast(std::span<T> values, int root = 0) const {
    broadcast_bytes(values.data(), values.size_bytes(), root);
  }
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void broadcast(T& value, int root = 0) const { broadcast_bytes(&value, sizeof value, root); }
  void broadcast(std::string& text, int root = 0) const;

  /// Sum, smallest and largest of one integer per rank, known to all (collective).
  [[nodiscard]] std::int64_t sum(std::int64_t value) const;
  [[nodiscard]] std::int64_t min(std::int64_t value) const;
  [[nodiscard]] std::int64_t max(std::int64_t value) const;
  [[nodiscard]] double max(double value) const;

  /// The values of all ranks one after the other, in rank order, on root; empty elsewhere (collective).
  template <class T>
  requires std::is_trivially_copyable_v<T>
  [[nodiscard]] std::vector<T> gather(std::span<const T> values, int root = 0) const {
    const std::vector<std::byte> bytes = gather_bytes(std::as_bytes(values), root);
    std::vector<T> all(bytes.size() / sizeof(T));
    if (!all.empty()) std::memcpy(all.data(), bytes.data(), bytes.size());
    return all;
  }
  /// The strings of all ranks, in rank order, on root; empty elsewhere (collective).
  [[nodiscard]] std::vector<std::string> gather_strings(const std::string& text, int root = 0) const;

 private:
  explicit Communicator(std::shared_ptr<MPI_Comm> comm);
  [[nodiscard]] std::vector<std::byte> gather_bytes(std::span<const std::byte> bytes, int root) const;

  std::shared_ptr<MPI_Comm> comm_;
  int rank_ = 0;
  int size_ = 1;
};

/// Runs `step` on every rank (collective). When any rank's step throws, all ranks throw an Error with the
/// code and message of the lowest rank that failed, so that they leave together and say one thing. Where the
/// others do not come within seconds of a fault, the rank that has it ends them all with its code and
/// message. The step must not itself communicate after a point where another rank may have thrown.
void agree(const Communicator& ranks, const std::function<void()>& step);

/// As agree, for a step done by root alone; the others wait for its outcome.
void on_root(const Communicator& ranks, const std::function<void()>& step);

/// The half-open range of `count` items that `part` of `parts` takes: contiguous, sizes differ by at most
/// one.
struct Range {
  Index begin = 0;
  Index end = 0;
  [[nodiscard]] Index size() const { return end - begin; }
};
[[nodiscard]] Range share(Index count, int part, int parts);

}  // namespace simplicit
