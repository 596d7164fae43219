#include "schedule/solve_timed.hpp"

namespace simplicit {

FinishedBlock solve_timed(const std::vector<RowBlock>& blocks, Index place, const SolveBlock& solve,
                          const Timer& clock) {
  const RowBlock& block = blocks.at(static_cast<std::size_t>(place));
  const Timer timer;
  FinishedBlock finished{place, 0, 0, solve(block)};
  finished.seconds = timer.seconds();
  finished.ended = clock.seconds();
  return finished;
}

}  // namespace simplicit
