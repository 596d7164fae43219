#pragma once

#include <simplicit/plan/run_record.hpp>
#include <simplicit/schedule/simulation.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace simplicit {

/// The machine a prediction is for.
struct Cluster {
  int ranks_per_node = 1;
  double latency = 5e-6;          ///< seconds from a rank to another
  double bytes_per_second = 5e9;  ///< of a node's link
  MessageCosts messages;          ///< of root and workers, as from measure_message_costs

  [[nodiscard]] int nodes_for(int ranks) const { return (ranks + ranks_per_node - 1) / ranks_per_node; }
  [[nodiscard]] int ranks_on_full_node(int ranks) const { return std::min(ranks, ranks_per_node); }
};

/// What a run at some number of ranks would be like.
struct Prediction {
  int ranks = 1;
  int nodes = 1;
  double read = 0;  ///< seconds of the phases
  double gram = 0;
  double solve = 0;
  double gather = 0;
  double write = 0;
  double between = 0;
  double speedup = 1;           ///< of the whole run, against one rank
  double efficiency = 1;        ///< share of all ranks' time in the solve phase that is spent solving
  double coordinator_load = 0;  ///< share of root's time in the solve phase that goes to messages
  double idle_at_end = 0;  ///< seconds from a rank's last block to the end, at most (of ranks that solve)
  double node_bytes = 0;   ///< memory of the fullest node

  [[nodiscard]] double total() const { return read + gram + solve + gather + write + between; }
};

/// The record whose ranks per node are nearest to those of the prediction (by ratio): its seconds hold what
/// ranks that share a node's memory cost each other. `records` must not be empty.
template <class Record>
[[nodiscard]] const Record& nearest_record(const std::vector<Record>& records, int ranks,
                                           const Cluster& cluster) {
  const double wanted = std::log(cluster.ranks_on_full_node(ranks));
  return *std::ranges::min_element(records, {}, [&](const Record& record) {
    return std::abs(std::log(record.ranks_per_node()) - wanted);
  });
}

/// Predicts a run at `ranks` ranks. The solve phase is the real scheduler on a simulated clock; the Gram
/// matrix takes as long as the rank with the most arithmetic by the real dealing of tiles, and its exchange
/// between nodes as broadcasts by a binary tree; reading takes as long as in the record, gathering, writing
/// and what lies between stages too. Stages follow each other. `records` cover the same rows (see with_rows).
[[nodiscard]] Prediction predict_run(const std::vector<RunRecord>& records, int ranks,
                                     const Cluster& cluster);

/// One prediction for each number of ranks, with speed-ups against one rank.
[[nodiscard]] std::vector<Prediction> predict_runs(const std::vector<RunRecord>& records,
                                                   const std::vector<int>& ranks, const Cluster& cluster);

/// Times packing and unpacking of results on this processor (a tenth of a second).
[[nodiscard]] MessageCosts measure_message_costs();

}  // namespace simplicit
