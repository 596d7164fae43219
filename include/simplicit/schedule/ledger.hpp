#pragma once

#include <simplicit/base/types.hpp>

#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace simplicit {

enum class BlockState { pending, leased, done };

/// Who has which block: every block goes from pending to leased (to one rank) to done, once. Blocks are known
/// by their place in the list; "costliest" and "cheapest" are by estimated cost, equal ones by place
/// (costliest: the first, cheapest: the last).
class Ledger {
 public:
  /// All blocks pending; `costs` one per block, finite and not negative. `ranks` that may hold blocks.
  Ledger(std::span<const double> costs, int ranks);

  [[nodiscard]] Index blocks() const { return static_cast<Index>(costs_.size()); }
  [[nodiscard]] Index pending() const { return end_pending_ - first_pending_; }
  [[nodiscard]] Index done() const { return done_; }
  [[nodiscard]] bool all_done() const { return done_ == blocks(); }
  [[nodiscard]] BlockState state(Index block) const { return states_[place(block)]; }
  [[nodiscard]] int ranks() const { return static_cast<int>(held_blocks_.size()); }

  /// The block that lease_costliest would give; some block must be pending.
  [[nodiscard]] Index costliest_pending() const;
  [[nodiscard]] double cost(Index block) const { return costs_[place(block)]; }
  /// Estimated cost of all blocks that are not done.
  [[nodiscard]] double unfinished_cost() const { return unfinished_cost_; }
  /// Blocks leased to a rank, and their estimated cost.
  [[nodiscard]] int held_blocks(int rank) const { return held_blocks_[place(rank)]; }
  [[nodiscard]] double held_cost(int rank) const { return held_cost_[place(rank)]; }

  /// The first worker (rank 1 and up) that holds no block.
  [[nodiscard]] std::optional<int> idle_worker() const;
  /// Among the workers that hold one block the one whose block is cheapest, the first of equal ones.
  [[nodiscard]] std::optional<int> least_laden_worker() const;

  /// Leases a pending block, of which there must be one, to the rank; returns it.
  Index lease_costliest(int rank);
  Index lease_cheapest(int rank);
  /// The rank that holds the block has solved it.
  void finish(Index block, int rank);

 private:
  static std::size_t place(Index index) { return static_cast<std::size_t>(index); }
  void lease(Index block, int rank);
  void change_held(int rank, int blocks, double cost);

  std::vector<double> costs_;
  std::vector<Index> costliest_first_;  ///< [first_pending_, end_pending_) are the pending ones
  Index first_pending_ = 0;
  Index end_pending_ = 0;
  Index done_ = 0;
  std::vector<BlockState> states_;
  std::vector<int> holders_;  ///< of leased and done blocks
  std::vector<int> held_blocks_;
  std::vector<double> held_cost_;
  std::set<int> idle_workers_;
  std::set<std::pair<double, int>> workers_with_one_;  ///< cost of the block, rank
  double unfinished_cost_ = 0;
};

}  // namespace simplicit
