#include <simplicit/schedule/assignment.hpp>

namespace simplicit {
namespace {

bool stays_within_share(const Ledger& ledger, int rank, int solvers) {
  const double with_next = ledger.held_cost(rank) + ledger.cost(ledger.dearest_pending());
  return with_next * solvers <= ledger.unfinished_cost();
}

bool should_get_block(const Ledger& ledger, int rank, int held, int solvers) {
  if (ledger.pending() == 0 || ledger.held_blocks(rank) != held) return false;
  return held == 0 || stays_within_share(ledger, rank, solvers);
}

}  // namespace

std::vector<Assignment> assign_to_workers(Ledger& ledger, int solvers) {
  std::vector<Assignment> assignments;
  for (const int held : {0, 1}) {
    for (int rank = 1; rank < ledger.ranks(); ++rank) {
      if (should_get_block(ledger, rank, held, solvers))
        assignments.push_back({ledger.lease_dearest(rank), rank});
    }
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
