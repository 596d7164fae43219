#include "schedule/dispatch.hpp"

namespace simplicit {
namespace {

bool solve_own_block(Ledger& ledger, Execution& execution) {
  const std::optional<Index> block = assign_to_root(ledger);
  if (block) execution.solve(*block);
  return block.has_value();
}

}  // namespace

bool serve(Ledger& ledger, int solvers, Execution& execution) {
  const bool collected = execution.collect();
  if (ledger.pending() == 0 || execution.should_stop()) return collected;
  for (const Assignment& assignment : assign_to_workers(ledger, solvers)) execution.give(assignment);
  return collected;
}

void dispatch(Ledger& ledger, bool root_solves, Execution& execution) {
  const int solvers = solvers_of(ledger, root_solves);
  while (!ledger.all_done() && !execution.should_stop()) {
    const bool collected = serve(ledger, solvers, execution);
    const bool solved = root_solves && solve_own_block(ledger, execution);
    execution.pause(solved || collected);
  }
}

}  // namespace simplicit
