#include "schedule/dispatch.hpp"

namespace simplicit {
namespace {

bool solve_own_block(Ledger& ledger, Surroundings& surroundings) {
  const std::optional<Index> block = assign_to_root(ledger);
  if (block) surroundings.solve(*block);
  return block.has_value();
}

}  // namespace

bool serve(Ledger& ledger, int solvers, Surroundings& surroundings) {
  const bool collected = surroundings.collect();
  if (ledger.pending() == 0 || surroundings.should_stop()) return collected;
  for (const Assignment& assignment : assign_to_workers(ledger, solvers)) surroundings.give(assignment);
  return collected;
}

void dispatch(Ledger& ledger, bool root_solves, Surroundings& surroundings) {
  const int solvers = solvers_of(ledger, root_solves);
  while (!ledger.all_done() && !surroundings.should_stop()) {
    const bool collected = serve(ledger, solvers, surroundings);
    const bool solved = root_solves && solve_own_block(ledger, surroundings);
    surroundings.pause(solved || collected);
  }
}

}  // namespace simplicit
