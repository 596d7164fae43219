#include <simplicit/schedule/messages.hpp>

#include <catch2/catch.hpp>

#include <limits>

using namespace simplicit;

namespace {

RowResult example_row(Index row, int nonzeros) {
  RowResult result;
  result.row = row;
  for (int j = 0; j < nonzeros; ++j) {
    result.columns.push_back(3 * j);
    result.values.push_back(1.0 / (j + 1));
  }
  result.primal = 0.1;
  result.dual = std::numeric_limits<double>::denorm_min();
  result.relative_gap = std::numeric_limits<double>::infinity();
  result.status = RowStatus::infeasible;
  result.iterations = 17;
  result.ball_active = true;
  result.seconds = 1e-9;
  return result;
}

}  // namespace

TEST_CASE("a finished block survives packing, every field to the bit") {
  const FinishedBlock sent{5, 2.5, 4.5, {example_row(7, 0), example_row(std::int64_t{1} << 40, 1000)}};
  const auto received = unpacked<FinishedBlock>(packed(sent));
  CHECK(received.block == 5);
  CHECK(received.seconds == 2.5);
  CHECK(received.ended == 4.5);
  REQUIRE(received.rows.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(received.rows[i].row == sent.rows[i].row);
    CHECK(received.rows[i].columns == sent.rows[i].columns);
    CHECK(received.rows[i].values == sent.rows[i].values);
    CHECK(received.rows[i].primal == sent.rows[i].primal);
    CHECK(received.rows[i].dual == sent.rows[i].dual);
    CHECK(received.rows[i].relative_gap == sent.rows[i].relative_gap);
    CHECK(received.rows[i].status == sent.rows[i].status);
    CHECK(received.rows[i].iterations == sent.rows[i].iterations);
    CHECK(received.rows[i].ball_active == sent.rows[i].ball_active);
    CHECK(received.rows[i].seconds == sent.rows[i].seconds);
  }
}

TEST_CASE("a verdict survives packing") {
  const auto verdict = unpacked<Verdict>(packed(Verdict{true, true, {ExitCode::interrupted, "stopped"}}));
  CHECK(verdict.complete);
  CHECK(verdict.failed);
  CHECK(verdict.failure.code == ExitCode::interrupted);
  CHECK(verdict.failure.message == "stopped");
}

TEST_CASE("bytes that are no archive, or half of one, are a SystemError") {
  const std::string bytes = packed(FinishedBlock{5, 2.5, 4.5, {example_row(7, 100)}});
  CHECK_THROWS_AS(unpacked<FinishedBlock>("nonsense"), SystemError);
  CHECK_THROWS_AS(unpacked<FinishedBlock>(bytes.substr(0, bytes.size() / 2)), SystemError);
}
