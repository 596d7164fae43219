#include <simplicit/base/error.hpp>
#include <simplicit/base/should_stop.hpp>
#include <simplicit/schedule/plan.hpp>

#include <catch2/catch.hpp>
#include <schedule/run_rows.hpp>

#include <algorithm>
#include <chrono>
#include <thread>

using namespace simplicit;
using namespace simplicit::test;

namespace {

std::vector<RowResult> results_of(const RowBlock& block) {
  std::vector<RowResult> results;
  for (const Index row : block.rows) results.emplace_back().row = row;
  return results;
}

std::vector<RowBlock> single_row_blocks(Index rows) {
  return row_blocks(std::vector<double>(static_cast<std::size_t>(rows), 1.0), 1, {}, LastBlock::whole);
}

}  // namespace

TEST_CASE("a block that is given up on any one rank ends the run for all, without it") {
  const auto ranks = Communicator::world();
  const auto blocks = single_row_blocks(60);
  for (int quitter = 0; quitter < ranks.size(); ++quitter) {
    int solved = 0;
    const auto outcome = run_rows(ranks, blocks,
                                  [&](const RowBlock& block) {
                                    if (ranks.rank() == quitter && solved >= 2) throw Abandoned();
                                    std::this_thread::sleep_for(std::chrono::microseconds(300));
                                    ++solved;
                                    return results_of(block);
                                  },
                                  {}, {});
    CHECK_FALSE(outcome.complete);
    const std::int64_t all_solved = ranks.sum(solved);
    CHECK(all_solved < 60);
    if (ranks.is_root()) CHECK(static_cast<std::int64_t>(outcome.rows.size()) == all_solved);
  }
}

TEST_CASE("all blocks given up at once leave nothing and hang nobody") {
  const auto ranks = Communicator::world();
  const auto outcome = run_rows(ranks, single_row_blocks(20),
                                [](const RowBlock&) -> std::vector<RowResult> { throw Abandoned(); }, {}, {});
  CHECK_FALSE(outcome.complete);
  CHECK(outcome.rows.empty());
}

TEST_CASE("an error on the way out of an abandoned run is still told by all") {
  const auto ranks = Communicator::world();
  std::string thrown;
  try {
    (void)run_rows(
        ranks, single_row_blocks(20),
        [&](const RowBlock& block) {
          if (block.id % 2 == 0) throw Abandoned();
          return results_of(block);
        },
        {}, []() -> bool { throw SystemError("the disk is full"); });
  } catch (const Error& error) {
    thrown = error.what();
  }
  CHECK(thrown == "the disk is full");
}
