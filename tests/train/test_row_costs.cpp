#include <simplicit/train/row_costs.hpp>

#include <catch2/catch.hpp>

using namespace simplicit;

TEST_CASE("a row costs more the longer its path and the more features are in reach") {
  CHECK(row_cost(0, 1, 0) == 1);  // a dead state
  CHECK(row_cost(100, 1, 0) == Approx(1 + std::log(101)));
  CHECK(row_cost(100, 0.1, 0) > row_cost(100, 1, 0));
  CHECK(row_cost(100, 1, 8) == Approx(1 + 3 * std::log(101)));
}

TEST_CASE("blocks cost what their rows cost") {
  std::vector<RowBlock> blocks{{0, {0, 1}, 7}, {1, {2}, 7}};
  set_costs(blocks, {});
  CHECK(blocks[1].cost == 7);
  set_costs(blocks, {1, 2, 4});
  CHECK(blocks[0].cost == 3);
  CHECK(blocks[1].cost == 4);
}
