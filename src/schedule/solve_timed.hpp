#pragma once

#include <simplicit/base/timer.hpp>
#include <simplicit/schedule/messages.hpp>
#include <simplicit/schedule/run_rows.hpp>

namespace simplicit {

/// Solves the block at this place in the list and takes the time, also by `clock`, which began when the rank
/// entered run_rows; asserts one result for each of its rows.
[[nodiscard]] FinishedBlock solve_timed(const std::vector<RowBlock>& blocks, Index place,
                                        const SolveBlock& solve, const Timer& clock);

}  // namespace simplicit
