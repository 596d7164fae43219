#pragma once

#include <simplicit/schedule/run_blocks.hpp>

#include <nlohmann/json.hpp>

#include <vector>

namespace simplicit {

/// How the blocks of each stage were shared out, for the run report (docs/files.md).
using StageBlocks = std::vector<std::vector<BlockRecord>>;

/// Every block of every stage.
[[nodiscard]] nlohmann::json blocks_report(const StageBlocks& stages);

/// One entry per stage: blocks, seconds until the last block was solved, the longest block, and the longest
/// time a rank that solves was idle at the end.
[[nodiscard]] nlohmann::json stages_report(const StageBlocks& stages, int ranks);

/// One entry per rank, over all stages: rows, blocks, seconds solving, seconds waiting between blocks,
/// seconds idle from its last block to the end of the stage.
[[nodiscard]] nlohmann::json ranks_report(const StageBlocks& stages, int ranks);

}  // namespace simplicit
