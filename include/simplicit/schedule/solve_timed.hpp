#pragma once

#include <simplicit/schedule/messages.hpp>
#include <simplicit/schedule/run_rows.hpp>

namespace simplicit {

/// Solves the block at this place in the list and takes the time; asserts one result for each of its rows.
[[nodiscard]] FinishedBlock solve_timed(const std::vector<RowBlock>& blocks, Index place,
                                        const SolveBlock& solve);

}  // namespace simplicit
