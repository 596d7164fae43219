#include <simplicit/base/error.hpp>
#include <simplicit/plan/plan_table.hpp>
#include <simplicit/shared/plan_shared.hpp>
#include <simplicit/system/memory_room.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

double parts(Index whole, Index size) {
  return static_cast<double>((whole + size - 1) / size);
}

/// Blocks of samples of the rank with the most.
double most_blocks(const SharedRunRecord& record, int ranks) {
  return std::ceil(parts(record.samples, record.block) / ranks);
}

/// Rows of the rank with the most, each counted by its share of factoring and solving with G.
double most_row_work(const SharedRunRecord& record, int ranks) {
  double work = 0;
  for (const LayerRows& layer : record.layers) {
    const auto features = static_cast<double>(layer.features);
    work += parts(layer.channels, ranks) * features * features;
  }
  return work;
}

double sum_seconds(const SharedRunRecord& record, int nodes, const Cluster& cluster) {
  const double steps = 2 * std::ceil(std::log2(nodes));
  return steps *
         (static_cast<double>(record.sums) * cluster.latency + record.sum_bytes / cluster.bytes_per_second);
}

SharedRunPrediction predict(const std::vector<SharedRunRecord>& records, int ranks, const Cluster& cluster) {
  const SharedRunRecord& record = nearest_record(records, ranks, cluster);
  SharedRunPrediction prediction;
  prediction.ranks = ranks;
  prediction.nodes = cluster.nodes_for(ranks);
  prediction.read = record.read;
  prediction.samples_work =
      record.samples_work * most_blocks(record, ranks) / most_blocks(record, record.ranks);
  prediction.rows_work =
      record.rows_work * most_row_work(record, ranks) / most_row_work(record, record.ranks);
  prediction.sums = sum_seconds(record, prediction.nodes, cluster);
  prediction.between = record.between;
  const double samples = most_blocks(record, ranks) * static_cast<double>(record.block);
  prediction.node_bytes =
      cluster.ranks_on_full_node(ranks) *
      (record.rank_bytes + record.sample_bytes * std::min(samples, static_cast<double>(record.samples)));
  return prediction;
}

}  // namespace

std::vector<SharedRunPrediction> predict_shared_runs(const std::vector<SharedRunRecord>& records,
                                                     const std::vector<int>& ranks, const Cluster& cluster) {
  SIMPLICIT_ASSERT(!records.empty(), "no record");
  const double alone = predict(records, 1, cluster).total();
  std::vector<SharedRunPrediction> predictions;
  for (const int count : ranks) {
    predictions.push_back(predict(records, count, cluster));
    predictions.back().speedup = alone / predictions.back().total();
  }
  return predictions;
}

std::string plan_table(const std::vector<SharedRunPrediction>& predictions) {
  std::string table =
      fmt::format("{:>6} {:>6} {:>11} {:>9} {:>9} {:>9} {:>9} {:>9} {:>12}\n", "ranks", "nodes", "samples, s",
                  "rows, s", "sums, s", "rest, s", "total, s", "speed-up", "memory/node");
  for (const SharedRunPrediction& p : predictions) {
    table += fmt::format("{:>6} {:>6} {:>11} {:>9} {:>9} {:>9} {:>9} {:>9.1f} {:>12}\n", p.ranks, p.nodes,
                         seconds_text(p.samples_work), seconds_text(p.rows_work), seconds_text(p.sums),
                         seconds_text(p.read + p.between), seconds_text(p.total()), p.speedup,
                         human_size(static_cast<std::size_t>(std::min(p.node_bytes, 1e18))));
  }
  return table;
}

nlohmann::json plan_report(const std::vector<SharedRunRecord>& records, const Cluster& cluster,
                           const std::vector<SharedRunPrediction>& predictions) {
  nlohmann::json sources = nlohmann::json::array();
  for (const SharedRunRecord& record : records) {
    sources.push_back({{"file", record.source}, {"ranks", record.ranks}, {"nodes", record.nodes}});
  }
  nlohmann::json rows = nlohmann::json::array();
  for (const SharedRunPrediction& p : predictions) {
    rows.push_back({{"ranks", p.ranks},
                    {"nodes", p.nodes},
                    {"seconds",
                     {{"read", p.read},
                      {"samples", p.samples_work},
                      {"rows", p.rows_work},
                      {"sums", p.sums},
                      {"between", p.between},
                      {"total", p.total()}}},
                    {"speedup", p.speedup},
                    {"node_bytes", p.node_bytes}});
  }
  return {{"structure", "shared"},
          {"records", sources},
          {"cluster",
           {{"ranks_per_node", cluster.ranks_per_node},
            {"latency", cluster.latency},
            {"bytes_per_second", cluster.bytes_per_second}}},
          {"predictions", rows}};
}

}  // namespace simplicit
