#include "schedule/coordinator.hpp"
#include "schedule/worker.hpp"
#include <simplicit/schedule/assignment.hpp>
#include <simplicit/schedule/run_blocks.hpp>

namespace simplicit {
namespace {

/// Returns after all messages have reached their ranks, so that a failure can be thrown safely.
Ending take_part(const Communicator& ranks, const std::vector<RowBlock>& blocks, const SolveBlock& solve,
                 const BlockFinished& finished, const StopRequested& stop_requested,
                 BetweenRows& between_rows) {
  if (ranks.size() == 1) {
    return Coordinator(nullptr, 1, blocks, solve, finished, stop_requested, between_rows).run(true);
  }
  Channel channel(ranks);
  if (!ranks.is_root()) return {work(channel, blocks, solve, between_rows), {}};
  return Coordinator(&channel, ranks.size(), blocks, solve, finished, stop_requested, between_rows)
      .run(root_solves(ranks.size()));
}

}  // namespace

RunBlocksOutcome run_blocks(const Communicator& ranks, const std::vector<RowBlock>& blocks,
                            const SolveBlock& solve, const BlockFinished& finished,
                            const StopRequested& stop_requested, BetweenRows* between_rows) {
  BetweenRows nobody_asks;
  Ending ending = take_part(ranks, blocks, solve, finished, stop_requested,
                            between_rows != nullptr ? *between_rows : nobody_asks);
  if (ending.verdict.failed) raise(ending.verdict.failure);
  ending.outcome.complete = ending.verdict.complete;
  return std::move(ending.outcome);
}

}  // namespace simplicit
