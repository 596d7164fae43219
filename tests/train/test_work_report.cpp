#include "train/work_report.hpp"
#include <simplicit/schedule/assignment.hpp>

#include <catch2/catch.hpp>

using namespace simplicit;

namespace {

BlockRecord block(Index id, int rank, double seconds, double ended) {
  return {id, 8, 80, rank, seconds, ended, 1000};
}

/// Two stages on two ranks; rank 1 ends two seconds early in the first and solves nothing in the second.
StageBlocks two_stages() {
  return {{block(0, 0, 3, 3), block(1, 1, 4, 5), block(2, 0, 4, 7)}, {block(0, 0, 1, 1.5)}};
}

}  // namespace

TEST_CASE("every block is told with its stage") {
  const nlohmann::json blocks = blocks_report(two_stages());
  REQUIRE(blocks.size() == 4);
  CHECK(blocks[1]["stage"] == 0);
  CHECK(blocks[1]["rank"] == 1);
  CHECK(blocks[1]["ended"] == 5.0);
  CHECK(blocks[3]["stage"] == 1);
  CHECK(blocks[3]["cost"] == 80.0);
}

TEST_CASE("a stage tells its longest block and the longest idle end") {
  const nlohmann::json stages = stages_report(two_stages(), 2);
  REQUIRE(stages.size() == 2);
  CHECK(stages[0]["blocks"] == 3);
  CHECK(stages[0]["seconds"] == 7.0);
  CHECK(stages[0]["longest_block"] == 4.0);
  CHECK(stages[0]["idle_at_end"] == 2.0);
  CHECK(stages[1]["idle_at_end"] == 1.5);
}

TEST_CASE("a root that only serves does not count as idle") {
  const int ranks = most_ranks_with_solving_root + 1;
  std::vector<BlockRecord> stage;
  for (int rank = 1; rank < ranks; ++rank) stage.push_back(block(rank, rank, 1, rank == 1 ? 2 : 3));
  CHECK(stages_report({stage}, ranks)[0]["idle_at_end"] == 1.0);
}

TEST_CASE("a rank's time is solving, waiting between blocks, and idle at the end") {
  const nlohmann::json ranks = ranks_report(two_stages(), 2);
  REQUIRE(ranks.size() == 2);
  CHECK(ranks[0]["rows"] == 24);
  CHECK(ranks[0]["seconds"] == 8.0);
  CHECK(ranks[0]["waiting"] == 0.5);
  CHECK(ranks[0]["idle_at_end"] == 0.0);
  CHECK(ranks[1]["blocks"] == 1);
  CHECK(ranks[1]["waiting"] == 1.0);
  CHECK(ranks[1]["idle_at_end"] == 3.5);
}
