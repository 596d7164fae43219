#pragma once

#include "schedule/messages.hpp"
#include <simplicit/parallel/channel.hpp>
#include <simplicit/schedule/run_blocks.hpp>

namespace simplicit {

/// A worker's side of run_blocks: solves the blocks that root sends, until dismissed. Returns root's verdict.
[[nodiscard]] Verdict work(Channel& channel, const std::vector<RowBlock>& blocks, const SolveBlock& solve,
                           BetweenRows& between_rows);

}  // namespace simplicit
