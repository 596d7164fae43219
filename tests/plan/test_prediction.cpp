#include <simplicit/plan/plan_table.hpp>
#include <simplicit/plan/prediction.hpp>
#include <simplicit/problem/gram.hpp>

#include <catch2/catch.hpp>
#include <support/run_reports.hpp>

using namespace simplicit;
using namespace simplicit::test;
using Catch::Contains;

namespace {

RunRecord record_of(int blocks) {
  const RunRecord record = run_record_from(run_report_of(blocks, 32), "run.json");
  return with_rows(record, record.rows);
}

Cluster quick_cluster() {
  Cluster cluster;
  cluster.ranks_per_node = 2;
  cluster.latency = 0;
  cluster.bytes_per_second = 1e15;
  return cluster;
}

}  // namespace

TEST_CASE("equal blocks without messages: one rank takes their sum, more ranks their share") {
  const std::vector<RunRecord> records{record_of(64)};
  const auto predictions = predict_runs(records, {1, 2, 4}, quick_cluster());
  CHECK(predictions[0].solve == Approx(64 * 0.32));
  CHECK(predictions[1].solve == Approx(32 * 0.32).epsilon(1e-3));
  CHECK(predictions[2].solve == Approx(16 * 0.32).epsilon(1e-3));
  CHECK(predictions[2].efficiency == Approx(1).epsilon(1e-3));
  CHECK(predictions[0].total() == Approx(predictions[0].solve + predictions[0].gram + 1.75));
  CHECK(predictions[0].speedup == 1);
  CHECK(predictions[2].speedup == Approx(predictions[0].total() / predictions[2].total()));
  CHECK(predictions[2].nodes == 2);
}

TEST_CASE("stages follow each other") {
  RunRecord record = record_of(64);
  const double once = predict_run({record}, 2, quick_cluster()).solve;
  for (std::size_t i = 0; i < 64; ++i) {
    MeasuredBlock block = record.blocks[i];
    block.stage = 1;
    block.seconds *= 2;
    record.blocks.push_back(block);
  }
  record.between = 3;
  const Prediction prediction = predict_run({record}, 2, quick_cluster());
  CHECK(prediction.solve == Approx(3 * once).epsilon(1e-3));
  CHECK(prediction.efficiency == Approx(1).epsilon(1e-3));
  CHECK(prediction.total() == Approx(prediction.solve + prediction.gram + 1.75 + 3));
}

TEST_CASE("the Gram matrix is predicted as measured at the same ranks, and faster at more") {
  const std::vector<RunRecord> records{record_of(64)};
  CHECK(predict_run(records, 2, quick_cluster()).gram == Approx(2));
  CHECK(predict_run(records, 1, quick_cluster()).gram > 3);
  CHECK(predict_run(records, 8, quick_cluster()).gram < 1);
  Cluster slow = quick_cluster();
  slow.bytes_per_second = 1e6;
  const double exchange = static_cast<double>(gram_bytes(500, 2048)) / 1e6;
  CHECK(predict_run(records, 8, slow).gram ==
        Approx(predict_run(records, 8, quick_cluster()).gram + 2 * exchange).epsilon(1e-3));
}

TEST_CASE("memory counts what a node shares once and what ranks have for themselves each") {
  const std::vector<RunRecord> records{record_of(64)};
  const double shared = 1000.0 * 4 * (500 + 2048) + static_cast<double>(gram_bytes(500, 2048)) + 64 * 32000.0;
  CHECK(predict_run(records, 1, quick_cluster()).node_bytes == Approx(shared + 1e8));
  CHECK(predict_run(records, 64, quick_cluster()).node_bytes == Approx(shared + 2e8));
}

TEST_CASE("the record with the nearest number of ranks a node is used") {
  std::vector<RunRecord> records{record_of(64), record_of(64)};
  records[0].ranks = 1;
  for (MeasuredBlock& block : records[1].blocks) block.seconds *= 1.5;
  CHECK(predict_run(records, 1, quick_cluster()).solve == Approx(64 * 0.32));
  CHECK(predict_run(records, 2, quick_cluster()).solve == Approx(32 * 0.48).epsilon(1e-3));
  CHECK(predict_run(records, 64, quick_cluster()).solve >= 0.48);
}

TEST_CASE("188,000 rows of even cost keep 1,024 ranks busy nine tenths of the time") {
  RunRecord record = record_of(57);
  for (std::size_t i = 0; i < record.blocks.size(); ++i) {
    const double unevenness = 1 + 0.15 * std::sin(static_cast<double>(7 * i));
    record.blocks[i].seconds *= unevenness;
    record.blocks[i].cost *= unevenness;
  }
  Cluster cluster;
  cluster.messages = {0, 0, 5e-6, 1e-5, 1e-9, 1e-9};
  const Prediction prediction = predict_run({with_rows(record, 188000)}, 1024, cluster);
  CHECK(prediction.efficiency >= 0.9);
  CHECK(prediction.coordinator_load < 0.5);
}

TEST_CASE("the table and the report tell every prediction") {
  const std::vector<RunRecord> records{record_of(64)};
  const auto predictions = predict_runs(records, {1, 4096}, quick_cluster());
  CHECK_THAT(plan_table(predictions), Contains("efficiency") && Contains("  4096   2048"));
  const nlohmann::json report = plan_report(records, quick_cluster(), predictions);
  CHECK(report["predictions"].size() == 2);
  CHECK(report["predictions"][1]["ranks"] == 4096);
  CHECK(report["predictions"][0]["seconds"]["total"].get<double>() == predictions[0].total());
  CHECK(report["sources"][0]["file"] == "run.json");
}

TEST_CASE("messages cost something on this processor") {
  const MessageCosts costs = measure_message_costs();
  CHECK(costs.take_seconds > 0);
  CHECK(costs.take_seconds < 0.1);
  CHECK(costs.take_seconds_per_byte >= 0);
  CHECK(costs.pack_seconds_per_byte > 0);
}
