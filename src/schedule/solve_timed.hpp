#pragma once

#include "schedule/messages.hpp"
#include <simplicit/base/timer.hpp>
#include <simplicit/schedule/run_blocks.hpp>

namespace simplicit {

/// Solves the block at this place in the list and takes the time, also by `clock`, which began when the rank
/// entered run_blocks.
[[nodiscard]] FinishedBlock solve_timed(const std::vector<RowBlock>& blocks, Index place,
                                        const SolveBlock& solve, const Timer& clock);

}  // namespace simplicit
