#include <simplicit/base/error.hpp>
#include <simplicit/plan/prediction.hpp>
#include <simplicit/problem/gram.hpp>
#include <simplicit/problem/gram_tiles.hpp>
#include <simplicit/states/store.hpp>

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

double multiplications(const GramTile& tile) {
  const double area = static_cast<double>(tile.rows) * static_cast<double>(tile.cols);
  return tile.on_diagonal() ? area / 2 : area;
}

/// Multiplications a sample of the rank with the most of them.
double largest_gram_share(const RunRecord& record, int ranks) {
  std::vector<double> shares(static_cast<std::size_t>(ranks), 0.0);
  for (const GramTile& tile : gram_tiles(record.features, record.rows, ranks)) {
    shares[static_cast<std::size_t>(tile.owner)] += multiplications(tile);
  }
  return *std::max_element(shares.begin(), shares.end());
}

double gram_seconds(const RunRecord& record, int ranks, const Cluster& cluster) {
  if (record.regime != Regime::gram) return record.gram;
  const double computing =
      record.gram * largest_gram_share(record, ranks) / largest_gram_share(record, record.gram_ranks);
  const double steps = std::ceil(std::log2(cluster.nodes_for(ranks)));
  const auto tiles = static_cast<double>(gram_tiles(record.features, record.rows, 1).size());
  const auto bytes = static_cast<double>(gram_bytes(record.features, record.rows));
  return computing + steps * (tiles * cluster.latency + bytes / cluster.bytes_per_second);
}

/// Bytes that the ranks of a node share, and what each has for itself.
double node_bytes(const RunRecord& record, int ranks, const Cluster& cluster) {
  const double columns = static_cast<double>(record.features + record.rows);
  double shared = columns * static_cast<double>(record.samples * record.bytes_per_number);
  if (record.regime == Regime::gram) shared += static_cast<double>(gram_bytes(record.features, record.rows));
  double results = 0;
  for (const MeasuredBlock& block : record.blocks) {
    if (block.stage == record.blocks.front().stage) results += block.bytes;
  }
  return shared + results + record.rank_bytes * cluster.ranks_on_full_node(ranks);
}

/// A list of work for each stage.
std::vector<std::vector<BlockWork>> work_of(const RunRecord& record) {
  std::vector<std::vector<BlockWork>> stages;
  Index stage = -1;
  for (const MeasuredBlock& block : record.blocks) {
    if (block.stage != stage) stages.emplace_back();
    stage = block.stage;
    stages.back().push_back({block.cost, block.seconds, block.bytes, static_cast<double>(block.rows)});
  }
  return stages;
}

/// Seconds from the last block of the rank that is done first to the end.
double idle_at_end(const SimulatedRun& run, int ranks) {
  std::vector<double> last(static_cast<std::size_t>(ranks), 0.0);
  double end = 0;
  for (const BlockTimes& times : run.blocks) {
    double& last_of_rank = last[static_cast<std::size_t>(times.rank)];
    last_of_rank = std::max(last_of_rank, times.solved);
    end = std::max(end, times.solved);
  }
  const std::ptrdiff_t first_solver = root_solves(ranks) ? 0 : 1;
  return end - *std::min_element(last.begin() + first_solver, last.end());
}

void add_solving(Prediction& prediction, const RunRecord& record, const Cluster& cluster) {
  MessageCosts messages = cluster.messages;
  messages.latency = cluster.latency;
  messages.seconds_per_byte = 1 / cluster.bytes_per_second;
  double serving = 0;
  double solving = 0;
  for (const std::vector<BlockWork>& work : work_of(record)) {
    const SimulatedRun run = simulate(work, prediction.ranks, messages);
    prediction.solve += run.seconds;
    prediction.idle_at_end = std::max(prediction.idle_at_end, idle_at_end(run, prediction.ranks));
    serving += run.serving;
    for (const BlockWork& block : work) solving += block.seconds;
  }
  prediction.efficiency = solving / (prediction.solve * prediction.ranks);
  prediction.coordinator_load = serving / prediction.solve;
}

}  // namespace

Prediction predict_run(const std::vector<RunRecord>& records, int ranks, const Cluster& cluster) {
  SIMPLICIT_ASSERT(ranks > 0 && cluster.ranks_per_node > 0, std::to_string(ranks));
  SIMPLICIT_ASSERT(!records.empty(), "no record");
  const RunRecord& record = nearest_record(records, ranks, cluster);
  Prediction prediction;
  prediction.ranks = ranks;
  prediction.nodes = cluster.nodes_for(ranks);
  prediction.read = record.read;
  prediction.gram = gram_seconds(record, ranks, cluster);
  prediction.gather = record.gather;
  prediction.write = record.write;
  prediction.between = record.between;
  prediction.node_bytes = node_bytes(record, ranks, cluster);
  add_solving(prediction, record, cluster);
  return prediction;
}

std::vector<Prediction> predict_runs(const std::vector<RunRecord>& records, const std::vector<int>& ranks,
                                     const Cluster& cluster) {
  const double alone = predict_run(records, 1, cluster).total();
  std::vector<Prediction> predictions;
  for (const int count : ranks) {
    predictions.push_back(predict_run(records, count, cluster));
    predictions.back().speedup = alone / predictions.back().total();
  }
  return predictions;
}

}  // namespace simplicit
