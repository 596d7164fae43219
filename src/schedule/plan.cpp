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

}  // namespace

std::vector<RowBlock> row_blocks(std::span<const double> costs, Index rows_per_block,
                                 std::span<const Index> boundaries) {
  const auto rows = static_cast<Index>(costs.size());
  SIMPLICIT_ASSERT(rows_per_block > 0, std::to_string(rows_per_block));
  SIMPLICIT_ASSERT(std::is_sorted(boundaries.begin(), boundaries.end()), "boundaries out of order");
  SIMPLICIT_ASSERT(boundaries.empty() || (boundaries.front() >= 0 && boundaries.back() <= rows),
                   "boundaries outside 0.." + std::to_string(rows));

  std::vector<RowBlock> blocks;
  Index begin = 0;
  const auto cut_group_ending_at = [&](Index group_end) {
    while (begin < group_end) {
      const Index end = std::min(begin + rows_per_block, group_end);
      blocks.push_back(block_of(static_cast<Index>(blocks.size()), begin, end, costs));
      begin = end;
    }
  };
  for (const Index boundary : boundaries) cut_group_ending_at(boundary);
  cut_group_ending_at(rows);
  return blocks;
}

}  // namespace simplicit
