#include <simplicit/base/error.hpp>
#include <simplicit/plan/calibration.hpp>
#include <simplicit/run/regime.hpp>

#include <catch2/catch.hpp>
#include <support/states_files.hpp>
#include <support/temporary_directory.hpp>

using namespace simplicit;
using namespace simplicit::test;

TEST_CASE("a calibration estimates every block of the run it stands for") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  on_root(ranks, [&] {
    write_states_file(directory / "states.h5", random_states({90, 21, 26, 4}, 41, Precision::float32, true));
  });
  TrainSettings settings;
  settings.states = directory / "states.h5";
  settings.objective.lambda_rel = 0.01;
  for (const Regime regime : {Regime::gram, Regime::data}) {
    settings.regime = regime;
    const std::vector<RunRecord> records = calibrate(ranks, settings);
    if (!ranks.is_root()) {
      CHECK(records.empty());
      continue;
    }
    REQUIRE(records.size() == (ranks.size() == 1 ? 1 : 2));
    CHECK(records.front().ranks == ranks.size());
    CHECK(records.back().ranks == 1);
    CHECK(records.back().gram_ranks == ranks.size());
    for (const RunRecord& other : records) CHECK(other.blocks.size() == records.front().blocks.size());
    const RunRecord& record = records.back();
    CHECK(record.nodes == 1);
    CHECK(record.regime == regime);
    CHECK(record.rows == 30);
    CHECK(record.features == 48);
    CHECK(record.read > 0);
    CHECK(record.rank_bytes > 0);
    REQUIRE(record.blocks.size() == (regime == Regime::gram ? 5 : 2));
    Index rows = 0;
    for (const MeasuredBlock& block : record.blocks) {
      rows += block.rows;
      CHECK(block.seconds > 0);
      CHECK(block.bytes > 0);
      CHECK(block.cost > 0);
    }
    CHECK(rows == 30);
  }
}

TEST_CASE("bad settings and files of a calibration are told to all ranks") {
  const auto ranks = Communicator::world();
  TrainSettings settings;
  settings.states = "/nowhere/states.h5";
  settings.objective.lambda_rel = 0.01;
  CHECK_THROWS_WITH(calibrate(ranks, settings), Catch::Contains("/nowhere/states.h5"));
  settings.objective.lambda_rel = -1;
  CHECK_THROWS_WITH(calibrate(ranks, settings), Catch::Contains("--lambda-rel"));
}

TEST_CASE("large files are calibrated on their first samples") {
  StatesHeader header;
  header.precision = Precision::float32;
  header.samples = 10000;
  header.states = 100;
  header.inputs = 700;
  header.outputs = 10;
  CHECK(samples_to_calibrate(header, Regime::gram) == 10000);
  header.samples = 50'000'000;
  CHECK(samples_to_calibrate(header, Regime::gram) < 1'000'000);
  CHECK(samples_to_calibrate(header, Regime::data) < 1'000'000);
  header.samples = 10000;
  header.states = 188'000;
  CHECK(samples_to_calibrate(header, Regime::gram) == 64);
}
