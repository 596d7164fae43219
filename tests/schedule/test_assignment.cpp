#include <simplicit/schedule/assignment.hpp>

#include <catch2/catch.hpp>

using namespace simplicit;

TEST_CASE("a block that is dear enough for a rank of its own is not queued behind another") {
  // ranks 1 and 2 get a dear block each; the rest is not worth waiting behind them
  const std::vector<double> costs{100, 90, 1, 1, 1, 1};
  Ledger ledger(costs, 3);
  const auto assignments = assign_to_workers(ledger, 3);
  REQUIRE(assignments.size() == 2);
  CHECK(assignments[0].block == 0);
  CHECK(assignments[1].block == 1);
  CHECK(assign_to_workers(ledger, 3).empty());
  CHECK(assign_to_root(ledger) == 2);  // four pending, more than ranks: the costliest
  CHECK(assign_to_root(ledger) == 5);  // near the end: the cheapest
}

TEST_CASE("equal blocks: every worker is one ahead as long as there is plenty") {
  const std::vector<double> costs(40, 1.0);
  Ledger ledger(costs, 4);
  const auto assignments = assign_to_workers(ledger, 4);
  REQUIRE(assignments.size() == 6);
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK(assignments[i].block == static_cast<Index>(i));
    CHECK(assignments[i].rank == static_cast<int>(1 + i % 3));
  }
  CHECK(assign_to_root(ledger) == 6);
}

TEST_CASE("the worker with the cheapest block gets the next one ahead") {
  const std::vector<double> costs{9, 9, 1, 1, 1, 1};
  Ledger ledger(costs, 4);
  const auto assignments = assign_to_workers(ledger, 3);
  REQUIRE(assignments.size() == 4);
  CHECK(assignments[3].rank == 3);  // holds 1 and gets another, while 9 is more than a share
  CHECK(ledger.least_laden_worker() == 1);
  ledger.finish(2, 3);
  CHECK(ledger.least_laden_worker() == 3);
  ledger.finish(3, 3);
  CHECK(ledger.idle_worker() == 3);
}
