#include "schedule/solve_timed.hpp"

#include <simplicit/base/error.hpp>

#include <algorithm>

namespace simplicit {
namespace {

bool one_result_a_row(const RowBlock& block, const std::vector<RowResult>& results) {
  std::vector<Index> solved;
  for (const RowResult& result : results) solved.push_back(result.row);
  return std::is_permutation(solved.begin(), solved.end(), block.rows.begin(), block.rows.end());
}

}  // namespace

FinishedBlock solve_timed(const std::vector<RowBlock>& blocks, Index place, const SolveBlock& solve,
                          const Timer& clock) {
  const RowBlock& block = blocks.at(static_cast<std::size_t>(place));
  const Timer timer;
  FinishedBlock finished{place, 0, 0, solve(block)};
  finished.seconds = timer.seconds();
  finished.ended = clock.seconds();
  SIMPLICIT_ASSERT(one_result_a_row(block, finished.rows),
                   std::to_string(finished.rows.size()) + " results for block " + std::to_string(block.id) +
                       " of " + std::to_string(block.rows.size()) + " rows");
  return finished;
}

}  // namespace simplicit
