#include <simplicit/base/error.hpp>
#include <simplicit/shared/plan_shared.hpp>

#include <catch2/catch.hpp>

using namespace simplicit;
using Catch::Contains;

namespace {

/// 100 blocks of samples and two layers, measured on two ranks of one node.
SharedRunRecord record_on_two_ranks() {
  SharedRunRecord record;
  record.source = "run.json";
  record.ranks = 2;
  record.samples = 6400;
  record.block = 64;
  record.layers = {{8, 10}, {3, 20}};
  record.read = 0.5;
  record.samples_work = 10;
  record.rows_work = 6;
  record.between = 0.25;
  record.sums = 8;
  record.sum_bytes = 4e9;
  record.sample_bytes = 1000;
  record.rank_bytes = 5e6;
  return record;
}

Cluster two_a_node() {
  Cluster cluster;
  cluster.ranks_per_node = 2;
  cluster.latency = 0.5;
  cluster.bytes_per_second = 1e9;
  return cluster;
}

nlohmann::json report_of(const SharedRunRecord& record) {
  nlohmann::json report = to_json(record);
  report["structure"] = "shared";
  report["resumed_layers"] = 0;
  for (const LayerRows& layer : record.layers) {
    report["layers"].push_back({{"channels", layer.channels}, {"features", layer.features}});
  }
  return report;
}

}  // namespace

TEST_CASE("a run with shared rows is predicted from the rank with the most samples and the most rows") {
  const std::vector<SharedRunPrediction> all =
      predict_shared_runs({record_on_two_ranks()}, {1, 2, 6, 4096}, two_a_node());
  REQUIRE(all.size() == 4);
  const SharedRunPrediction& measured = all[1];
  CHECK(measured.samples_work == Approx(10));
  CHECK(measured.rows_work == Approx(6));
  CHECK(measured.sums == 0);
  CHECK(measured.total() == Approx(16.75));
  CHECK(measured.node_bytes == Approx(2 * (5e6 + 1000 * 3200)));

  const SharedRunPrediction& alone = all[0];
  CHECK(alone.samples_work == Approx(20));  // 100 blocks, not 50
  // 8 rows of 10 x 10 and 3 of 20 x 20, where the busier of two ranks had 4 and 2
  CHECK(alone.rows_work == Approx(6.0 * (8 * 100 + 3 * 400) / (4 * 100 + 2 * 400)));
  CHECK(alone.speedup == 1);
  CHECK(measured.speedup == Approx(alone.total() / measured.total()));

  const SharedRunPrediction& three_nodes = all[2];
  CHECK(three_nodes.nodes == 3);
  CHECK(three_nodes.samples_work == Approx(10.0 * 17 / 50));  // 17 blocks of 100
  CHECK(three_nodes.rows_work == Approx(6.0 * (2 * 100 + 1 * 400) / (4 * 100 + 2 * 400)));
  CHECK(three_nodes.sums == Approx(4 * (8 * 0.5 + 4)));  // up and down two levels
  CHECK(all[3].samples_work == Approx(10.0 / 50));       // a block cannot be divided
}

TEST_CASE("of several runs that with the nearest number of ranks a node is used") {
  SharedRunRecord alone = record_on_two_ranks();
  alone.ranks = 1;
  alone.samples_work = 15;
  const auto all = predict_shared_runs({alone, record_on_two_ranks()}, {1, 2}, two_a_node());
  CHECK(all[0].samples_work == Approx(15));
  CHECK(all[1].samples_work == Approx(10));
}

TEST_CASE("the report of a run holds what a plan of it needs, and faults are named") {
  const SharedRunRecord record = record_on_two_ranks();
  nlohmann::json report = report_of(record);
  CHECK(is_shared_report(report));
  CHECK_FALSE(is_shared_report(nlohmann::json::array()));
  const SharedRunRecord read = shared_record_from(report, "run.json");
  CHECK(to_json(read) == to_json(record));
  REQUIRE(read.layers.size() == 2);
  CHECK(read.layers[1].features == 20);

  const auto refused = [&](const char* place, const nlohmann::json& value, const char* fault) {
    nlohmann::json changed = report;
    changed[nlohmann::json::json_pointer(place)] = value;
    CHECK_THROWS_WITH(shared_record_from(changed, "run.json"), Contains("run.json") && Contains(fault));
  };
  refused("/layers/1/channels", 0, "'layers[1].channels'");
  refused("/layers", nlohmann::json::array(), "'layers'");
  refused("/sizes/samples", 1e13, "'sizes.samples'");
  refused("/seconds/rows", -1, "'seconds.rows'");
  refused("/memory", nullptr, "'memory'");
  refused("/nodes", 3, "'nodes'");
  refused("/resumed_layers", 2, "not resumed");
}

TEST_CASE("the table and the report of a plan name what they show") {
  const std::vector<SharedRunRecord> records{record_on_two_ranks()};
  const auto predictions = predict_shared_runs(records, {2}, two_a_node());
  CHECK_THAT(plan_table(predictions), Contains("samples, s") && Contains("memory/node") && Contains("16.8"));
  const nlohmann::json report = plan_report(records, two_a_node(), predictions);
  CHECK(report["predictions"][0]["seconds"]["total"].get<double>() == Approx(16.75));
  CHECK(report["records"][0]["file"] == "run.json");
}
