#include <simplicit/schedule/assignment.hpp>

namespace simplicit {
namespace {

bool stays_within_share(const Ledger& ledger, int rank, int solvers) {
  const double with_next = ledger.held_cost(rank) + ledger.cost(ledger.dearest_pending());
  return with_next * solvers <= ledger.unfinished_cost();
}

}  // namespace

std::vector<Assignment> assign_to_workers(Ledger& ledger, int solvers) {
  std::vector<Assignment> assignments;
  while (ledger.pending() > 0) {
    const std::optional<int> rank = ledger.idle_worker();
    if (!rank) break;
    assignments.push_back({ledger.lease_dearest(*rank), *rank});
  }
  while (ledger.pending() > 0) {
    const std::optional<int> rank = ledger.least_laden_worker();
    if (!rank || !stays_within_share(ledger, *rank, solvers)) break;
    assignments.push_back({ledger.lease_dearest(*rank), *rank});
  }
  return assignments;
}

std::optional<Index> assign_to_root(Ledger& ledger) {
  constexpr int root = 0;
  if (ledger.pending() == 0) return std::nullopt;
  const bool near_end = ledger.pending() <= ledger.ranks();
  return near_end ? ledger.lease_cheapest(root) : ledger.lease_dearest(root);
}

}  // namespace simplicit
