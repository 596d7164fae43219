#include <simplicit/run/row_costs.hpp>

#include <catch2/catch.hpp>

using namespace simplicit;

TEST_CASE("a row costs its certificate, and more the longer its path and the more features are in reach") {
  CHECK(row_cost(1000, 400, 0, 1, 0) == Approx(2));  // a dead state
  CHECK(row_cost(1000, 400, 100, 1, 0) == Approx(2 + std::log(101)));
  CHECK(row_cost(1000, 400, 100, 0.1, 0) > row_cost(1000, 400, 100, 1, 0));
  CHECK(row_cost(1000, 400, 100, 1, 8) == Approx(2 + 3 * std::log(101)));
}

TEST_CASE("blocks that were measured cost their seconds, others the average of them") {
  std::vector<RowBlock> blocks{{0, {0, 1}, 7}, {1, {2}, 7}, {2, {3, 4}, 7}};
  set_costs_as_measured(blocks, {});
  CHECK(blocks[1].cost == 7);
  set_costs_as_measured(blocks, {{0, 2, 7, 0, 1.0, 1, 0}, {1, 1, 7, 1, 5.0, 5, 0}});
  CHECK(blocks[0].cost == 1);
  CHECK(blocks[1].cost == 5);
  CHECK(blocks[2].cost == Approx(4));
}

TEST_CASE("blocks cost what their rows cost") {
  std::vector<RowBlock> blocks{{0, {0, 1}, 7}, {1, {2}, 7}};
  set_costs(blocks, {});
  CHECK(blocks[1].cost == 7);
  set_costs(blocks, {1, 2, 4});
  CHECK(blocks[0].cost == 3);
  CHECK(blocks[1].cost == 4);
}
