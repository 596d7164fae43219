#pragma once

#include <simplicit/parallel/communicator.hpp>
#include <simplicit/plan/prediction.hpp>
#include <simplicit/run/train_settings.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

// Planning runs with shared rows. Work on samples (states, G and R) is dealt out in blocks of samples, work
// on rows (prices and fits) by channels; sums over samples travel between nodes, and what lies between is
// done by every rank alike.

namespace simplicit {

/// The rows of one layer.
struct LayerRows {
  Index channels = 0;  ///< rows, dealt out over ranks
  Index features = 0;  ///< of a row
};

/// What a prediction starts from: one run, finished or on the first samples of a file.
struct SharedRunRecord {
  std::string source;  ///< the file, for messages
  int ranks = 1;
  int nodes = 1;
  Index samples = 0;
  Index block = 1;  ///< samples that stay together on a rank
  std::vector<LayerRows> layers;
  double read = 0;          ///< seconds
  double samples_work = 0;  ///< seconds of work on samples, of root
  double rows_work = 0;     ///< seconds of work on rows, of root
  double between = 0;       ///< seconds that do not depend on the number of ranks
  Index sums = 0;           ///< sums over all ranks
  double sum_bytes = 0;     ///< of all of them together
  double sample_bytes = 0;  ///< memory that each sample takes
  double rank_bytes = 0;    ///< memory that each rank takes besides

  [[nodiscard]] double ranks_per_node() const { return static_cast<double>(ranks) / nodes; }
};

/// Whether a JSON report of train or evaluate is of a model with shared rows.
[[nodiscard]] bool is_shared_report(const nlohmann::json& report);
/// The fields that such a record needs, for the report of a run.
[[nodiscard]] nlohmann::json to_json(const SharedRunRecord& record);
/// The record in the JSON of `train --structure shared --report`. Throws InputError naming file, field and
/// fault: every number is checked.
[[nodiscard]] SharedRunRecord shared_record_from(const nlohmann::json& report, const std::string& source);

/// A record from training on the first samples of a file, as many as take about two seconds, with what grows
/// with the samples scaled up (collective; the same on all ranks but for the seconds, those of root count).
/// Throws InputError as train_shared does.
[[nodiscard]] SharedRunRecord calibrate_shared(const Communicator& ranks, const TrainSettings& settings);

/// What a run at some number of ranks would be like; seconds.
struct SharedRunPrediction {
  int ranks = 1;
  int nodes = 1;
  double read = 0;
  double samples_work = 0;  ///< of the rank with the most blocks of samples
  double rows_work = 0;     ///< of the rank with the most rows in each layer
  double sums = 0;          ///< sending sums between nodes
  double between = 0;
  double speedup = 1;     ///< against one rank
  double node_bytes = 0;  ///< memory of the fullest node

  [[nodiscard]] double total() const { return read + samples_work + rows_work + sums + between; }
};

/// One prediction for each number of ranks. Sums go up and down a binary tree of the nodes; of several
/// records each prediction uses the one whose ranks per node are nearest by ratio. `records` must not be
/// empty.
[[nodiscard]] std::vector<SharedRunPrediction> predict_shared_runs(
    const std::vector<SharedRunRecord>& records, const std::vector<int>& ranks, const Cluster& cluster);

/// The predictions for a person, and for programs (docs/files.md).
[[nodiscard]] std::string plan_table(const std::vector<SharedRunPrediction>& predictions);
[[nodiscard]] nlohmann::json plan_report(const std::vector<SharedRunRecord>& records, const Cluster& cluster,
                                         const std::vector<SharedRunPrediction>& predictions);

}  // namespace simplicit
