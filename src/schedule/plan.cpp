#include <simplicit/base/error.hpp>
#include <simplicit/schedule/plan.hpp>

#include <algorithm>
#include <string>

namespace simplicit {
namespace {

RowBlock block_of(Index id, Index begin, Index end, std::span<const double> costs) {
  RowBlock block;
  block.id = id;
  for (Index row = begin; row < end; ++row) {
    block.rows.push_back(row);
    block.cost += costs[static_cast<std::size_t>(row)];
  }
  return block;
}

// Small blocks cost more a row; a group of fewer full blocks is not worth them.
constexpr Index fewest_full_blocks = 4;

/// Rows of the next block, with `left` rows to the end of the group.
Index next_rows(Index left, Index rows_per_block, bool halve_last) {
  if (!halve_last || left >= 2 * rows_per_block) return std::min(rows_per_block, left);
  return (left + 1) / 2;
}

}  // namespace

std::vector<RowBlock> row_blocks(std::span<const double> costs, Index rows_per_block,
                                 std::span<const Index> boundaries, LastBlock last) {
  const auto rows = static_cast<Index>(costs.size());
  SIMPLICIT_ASSERT(rows_per_block > 0, std::to_string(rows_per_block));
  SIMPLICIT_ASSERT(std::is_sorted(boundaries.begin(), boundaries.end()), "boundaries out of order");
  SIMPLICIT_ASSERT(boundaries.empty() || (boundaries.front() >= 0 && boundaries.back() <= rows),
                   "boundaries outside 0.." + std::to_string(rows));

  std::vector<RowBlock> blocks;
  Index begin = 0;
  const auto cut_group_ending_at = [&](Index group_end) {
    const bool halve_last =
        last == LastBlock::halved && group_end - begin >= fewest_full_blocks * rows_per_block;
    while (begin < group_end) {
      const Index end = begin + next_rows(group_end - begin, rows_per_block, halve_last);
      blocks.push_back(block_of(static_cast<Index>(blocks.size()), begin, end, costs));
      begin = end;
    }
  };
  for (const Index boundary : boundaries) cut_group_ending_at(boundary);
  cut_group_ending_at(rows);
  return blocks;
}

}  // namespace simplicit
