#include <simplicit/schedule/dispatch.hpp>

namespace simplicit {
namespace {

bool solve_own_block(Ledger& ledger, Surroundings& surroundings) {
  const std::optional<Index> block = assign_to_root(ledger);
  if (block) surroundings.solve(*block);
  return block.has_value();
}

}  // namespace

void dispatch(Ledger& ledger, bool root_solves, Surroundings& surroundings) {
  const int solvers = ledger.ranks() - (root_solves ? 0 : 1);
  while (!ledger.all_done() && !surroundings.should_stop()) {
    for (const Assignment& assignment : assign_to_workers(ledger, solvers)) surroundings.give(assignment);
    const bool solved = root_solves && solve_own_block(ledger, surroundings);
    const bool collected = surroundings.collect();
    surroundings.pause(solved || collected);
  }
}

}  // namespace simplicit
