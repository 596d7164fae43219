#include <simplicit/base/error.hpp>
#include <simplicit/schedule/ledger.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

namespace simplicit {

Ledger::Ledger(std::span<const double> costs, int ranks)
    : costs_(costs.begin(), costs.end()),
      costliest_first_(costs.size()),
      end_pending_(static_cast<Index>(costs.size())),
      states_(costs.size(), BlockState::pending),
      holders_(costs.size(), -1),
      held_blocks_(static_cast<std::size_t>(ranks), 0),
      held_cost_(static_cast<std::size_t>(ranks), 0.0) {
  for (const double cost : costs_) {
    SIMPLICIT_ASSERT(std::isfinite(cost) && cost >= 0, std::to_string(cost));
    unfinished_cost_ += cost;
  }
  for (int rank = 1; rank < ranks; ++rank) idle_workers_.insert(rank);
  std::iota(costliest_first_.begin(), costliest_first_.end(), Index{0});
  std::stable_sort(costliest_first_.begin(), costliest_first_.end(),
                   [&](Index left, Index right) { return cost(left) > cost(right); });
}

Index Ledger::costliest_pending() const {
  SIMPLICIT_ASSERT(pending() > 0, "no block is pending");
  return costliest_first_[place(first_pending_)];
}

Index Ledger::lease_costliest(int rank) {
  const Index block = costliest_pending();
  ++first_pending_;
  lease(block, rank);
  return block;
}

Index Ledger::lease_cheapest(int rank) {
  SIMPLICIT_ASSERT(pending() > 0, "no block is pending");
  --end_pending_;
  const Index block = costliest_first_[place(end_pending_)];
  lease(block, rank);
  return block;
}

void Ledger::lease(Index block, int rank) {
  states_[place(block)] = BlockState::leased;
  holders_[place(block)] = rank;
  change_held(rank, 1, cost(block));
}

std::optional<int> Ledger::idle_worker() const {
  if (idle_workers_.empty()) return std::nullopt;
  return *idle_workers_.begin();
}

std::optional<int> Ledger::least_laden_worker() const {
  if (workers_with_one_.empty()) return std::nullopt;
  return workers_with_one_.begin()->second;
}

void Ledger::change_held(int rank, int blocks, double cost) {
  int& held = held_blocks_[place(rank)];
  double& held_cost = held_cost_[place(rank)];
  const bool is_worker = rank > 0;
  if (is_worker && held == 0) idle_workers_.erase(rank);
  if (is_worker && held == 1) workers_with_one_.erase({held_cost, rank});
  held += blocks;
  held_cost = held == 0 ? 0 : held_cost + cost;
  if (is_worker && held == 0) idle_workers_.insert(rank);
  if (is_worker && held == 1) workers_with_one_.insert({held_cost, rank});
}

void Ledger::finish(Index block, int rank) {
  SIMPLICIT_ASSERT(block >= 0 && block < blocks(), std::to_string(block) + " of " + std::to_string(blocks()));
  SIMPLICIT_ASSERT(state(block) == BlockState::leased && holders_[place(block)] == rank,
                   "block " + std::to_string(block) + " from rank " + std::to_string(rank));
  states_[place(block)] = BlockState::done;
  ++done_;
  change_held(rank, -1, -cost(block));
  unfinished_cost_ -= cost(block);
}

}  // namespace simplicit
