#include <simplicit/base/error.hpp>
#include <simplicit/run/stage_rows.hpp>

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

TEST_CASE("rows survive packing, every field to the bit") {
  const std::vector<RowResult> sent{example_row(7, 0), example_row(std::int64_t{1} << 40, 1000)};
  const StageRows unpacked = unpacked_rows(packed_rows(sent));
  const auto& received = std::get<std::vector<RowResult>>(unpacked);
  REQUIRE(received.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(received[i].row == sent[i].row);
    CHECK(received[i].columns == sent[i].columns);
    CHECK(received[i].values == sent[i].values);
    CHECK(received[i].primal == sent[i].primal);
    CHECK(received[i].dual == sent[i].dual);
    CHECK(received[i].relative_gap == sent[i].relative_gap);
    CHECK(received[i].status == sent[i].status);
    CHECK(received[i].iterations == sent[i].iterations);
    CHECK(received[i].ball_active == sent[i].ball_active);
    CHECK(received[i].seconds == sent[i].seconds);
  }
}

TEST_CASE("prices survive packing as prices") {
  const StageRows unpacked =
      unpacked_rows(packed_rows(std::vector<RowPrices>{{4, {1, 2}, {0.5, 3}}, {5, {}, {}}}));
  const auto& received = std::get<std::vector<RowPrices>>(unpacked);
  REQUIRE(received.size() == 2);
  CHECK(rows_in(unpacked) == std::vector<Index>{4, 5});
  CHECK(received[0].columns == std::vector<int>{1, 2});
  CHECK(received[0].prices == std::vector<double>{0.5, 3});
}

TEST_CASE("bytes that are no rows, or half of them, are a SystemError") {
  const std::string bytes = packed_rows(std::vector<RowResult>{example_row(7, 100)});
  CHECK_THROWS_AS(unpacked_rows("nonsense"), SystemError);
  CHECK_THROWS_AS(unpacked_rows(bytes.substr(0, bytes.size() / 2)), SystemError);
}
