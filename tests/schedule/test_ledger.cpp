#include <simplicit/schedule/ledger.hpp>

#include <catch2/catch.hpp>

using namespace simplicit;

TEST_CASE("blocks are leased dearest first, cheapest from the other end, ties by place") {
  const std::vector<double> costs{1, 5, 3, 5, 1};
  Ledger ledger(costs, 2);
  CHECK(ledger.pending() == 5);
  CHECK(ledger.lease_costliest(0) == 1);
  CHECK(ledger.lease_costliest(1) == 3);
  CHECK(ledger.lease_cheapest(0) == 4);
  CHECK(ledger.lease_cheapest(0) == 0);
  CHECK(ledger.costliest_pending() == 2);
  CHECK(ledger.lease_costliest(1) == 2);
  CHECK(ledger.pending() == 0);
}

TEST_CASE("a block goes from pending to leased to done, and the sums follow") {
  const std::vector<double> costs{2, 8, 4};
  Ledger ledger(costs, 3);
  CHECK(ledger.unfinished_cost() == 14);
  CHECK(ledger.state(1) == BlockState::pending);

  ledger.lease_costliest(2);
  ledger.lease_costliest(2);
  CHECK(ledger.state(1) == BlockState::leased);
  CHECK(ledger.state(0) == BlockState::pending);
  CHECK(ledger.held_blocks(2) == 2);
  CHECK(ledger.held_cost(2) == 12);
  CHECK(ledger.held_blocks(1) == 0);
  CHECK(ledger.unfinished_cost() == 14);

  ledger.finish(1, 2);
  CHECK(ledger.state(1) == BlockState::done);
  CHECK(ledger.held_blocks(2) == 1);
  CHECK(ledger.held_cost(2) == 4);
  CHECK(ledger.unfinished_cost() == 6);
  CHECK(ledger.done() == 1);
  CHECK_FALSE(ledger.all_done());

  ledger.lease_cheapest(0);
  ledger.finish(0, 0);
  ledger.finish(2, 2);
  CHECK(ledger.all_done());
}

TEST_CASE("no blocks are all done at once") {
  const Ledger ledger({}, 4);
  CHECK(ledger.all_done());
  CHECK(ledger.pending() == 0);
}
