#include <simplicit/schedule/assignment.hpp>

#include <algorithm>

namespace simplicit {
namespace {

// Of the block it holds a worker has usually solved the larger part by the time root can next answer; a
// quarter left gave the earliest ends in simulations, with right and with wrong estimates.
constexpr double part_left = 0.25;

bool stays_within_share(const Ledger& ledger, int rank, int solvers) {
  const double held = ledger.held_cost(rank);
  const double with_next = part_left * held + ledger.cost(ledger.costliest_pending());
  return std::max(held, with_next) * solvers <= ledger.unfinished_cost();
}

}  // namespace

std::vector<Assignment> assign_to_workers(Ledger& ledger, int solvers) {
  std::vector<Assignment> assignments;
  while (ledger.pending() > 0) {
    const std::optional<int> rank = ledger.idle_worker();
    if (!rank) break;
    assignments.push_back({ledger.lease_costliest(*rank), *rank});
  }
  while (ledger.pending() > 0) {
    const std::optional<int> rank = ledger.least_laden_worker();
    if (!rank || !stays_within_share(ledger, *rank, solvers)) break;
    assignments.push_back({ledger.lease_costliest(*rank), *rank});
  }
  return assignments;
}

std::optional<Index> assign_to_root(Ledger& ledger) {
  if (ledger.pending() == 0) return std::nullopt;
  const bool near_end = ledger.pending() <= ledger.ranks();
  return near_end ? ledger.lease_cheapest(coordinating_rank) : ledger.lease_costliest(coordinating_rank);
}

}  // namespace simplicit
