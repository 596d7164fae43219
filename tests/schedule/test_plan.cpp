#include <simplicit/schedule/plan.hpp>

#include <catch2/catch.hpp>

using namespace simplicit;

namespace {

std::vector<std::vector<Index>> rows_of(const std::vector<RowBlock>& blocks) {
  std::vector<std::vector<Index>> rows;
  for (const RowBlock& block : blocks) rows.push_back(block.rows);
  return rows;
}

std::vector<RowBlock> cut(Index rows, Index rows_per_block, std::vector<Index> boundaries) {
  const std::vector<double> costs(static_cast<std::size_t>(rows), 1.0);
  return row_blocks(costs, rows_per_block, boundaries, LastBlock::whole);
}

}  // namespace

TEST_CASE("blocks are consecutive rows and never cross a boundary") {
  using Rows = std::vector<std::vector<Index>>;
  CHECK(rows_of(cut(7, 3, {})) == Rows{{0, 1, 2}, {3, 4, 5}, {6}});
  CHECK(rows_of(cut(7, 3, {5})) == Rows{{0, 1, 2}, {3, 4}, {5, 6}});
  CHECK(rows_of(cut(4, 9, {2})) == Rows{{0, 1}, {2, 3}});
  CHECK(rows_of(cut(3, 1, {})) == Rows{{0}, {1}, {2}});
  CHECK(cut(0, 4, {}).empty());
}

TEST_CASE("the last rows of a group of many blocks are halved down to single rows") {
  const auto sizes = [](Index rows, std::vector<Index> boundaries) {
    const std::vector<double> costs(static_cast<std::size_t>(rows), 1.0);
    std::vector<std::size_t> all;
    for (const RowBlock& block : row_blocks(costs, 8, boundaries, LastBlock::halved))
      all.push_back(block.rows.size());
    return all;
  };
  using Sizes = std::vector<std::size_t>;
  CHECK(sizes(32, {}) == Sizes{8, 8, 8, 4, 2, 1, 1});
  CHECK(sizes(33, {}) == Sizes{8, 8, 8, 5, 2, 1, 1});
  CHECK(sizes(39, {}) == Sizes{8, 8, 8, 8, 4, 2, 1});
  CHECK(sizes(31, {}) == Sizes{8, 8, 8, 7});
  CHECK(sizes(42, {32}) == Sizes{8, 8, 8, 4, 2, 1, 1, 8, 2});
}

TEST_CASE("boundaries at either end and repeated ones change nothing") {
  CHECK(rows_of(cut(7, 3, {0, 5, 5, 7})) == rows_of(cut(7, 3, {5})));
}

TEST_CASE("every row is in one block, ids count up, costs add up") {
  std::vector<double> costs;
  for (int row = 0; row < 131; ++row) costs.push_back(row);
  const std::vector<Index> boundaries{112};
  const auto blocks = row_blocks(costs, 16, boundaries, LastBlock::whole);
  Index next = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    CHECK(blocks[i].id == static_cast<Index>(i));
    CHECK(blocks[i].rows.size() <= 16);
    double cost = 0;
    for (const Index row : blocks[i].rows) {
      CHECK(row == next++);
      cost += static_cast<double>(row);
    }
    CHECK(blocks[i].cost == cost);
  }
  CHECK(next == 131);
  CHECK(blocks.size() == 9);
}
