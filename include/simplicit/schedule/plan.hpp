#pragma once

#include <simplicit/schedule/run_blocks.hpp>

#include <span>
#include <vector>

namespace simplicit {

/// How the last rows of a group of many blocks are cut.
enum class LastBlock {
  whole,
  halved,  ///< half of what is left again and again, down to single rows: solved last, they end all ranks
           ///< together
};

/// Cuts rows 0..N-1 into blocks of at most `rows_per_block` consecutive rows; a block's cost is the sum over
/// its rows. `costs` (N) are the rows' estimated costs. `boundaries` are rows, ascending within 0..N, where a
/// new block must begin, so that no block mixes rows of two groups (the n rows of [A B] and the q rows of [C
/// D]: boundaries {n}). Block ids count from 0 in the order of rows.
[[nodiscard]] std::vector<RowBlock> row_blocks(std::span<const double> costs, Index rows_per_block,
                                               std::span<const Index> boundaries, LastBlock last);

}  // namespace simplicit
