#pragma once

#include <simplicit/evaluate/shared_scores.hpp>
#include <simplicit/path/path_table.hpp>
#include <simplicit/run/train_settings.hpp>

#include <string>
#include <vector>

namespace simplicit {

struct SharedPathSettings {
  TrainSettings train;              ///< without keep and penalty
  std::vector<double> keeps;        ///< parts of the network's parameters, a model each; or else
  std::vector<double> lambda_rels;  ///< penalties as fractions of each row's lambda_max, a model each
  std::string test;                 ///< states file that every model is scored on
};

/// One model with shared rows: how its rows were solved and how it scores.
struct SharedPathPoint {
  std::optional<double> keep, lambda_rel;  ///< what was asked for, one of both
  double objective = 0;                    ///< sum of P over all rows
  double max_relative_gap = 0;
  Index missed_rows = 0;  ///< that did not reach the tolerance
  SharedScores scores;    ///< on the test samples, the network pruned by magnitude beside them
  double seconds = 0;     ///< of training
};

struct SharedPathOutcome {
  std::vector<SharedPathPoint> points;
  std::string states_digest;
};

/// Trains a model with shared rows for every part of the weights or every penalty, on samples read once, and
/// scores it beside the network pruned by magnitude to as many weights (collective; the points count on root
/// and are the same at any number of ranks but for the seconds). Throws InputError when the files do not fit
/// each other or neither or both lists are given.
[[nodiscard]] SharedPathOutcome follow_shared_path(const Communicator& ranks,
                                                   const SharedPathSettings& settings);

/// Columns (docs/files.md): keep, lambda_rel, kept, nonzeros, objective, max_relative_gap, missed_rows,
/// accuracy, agreement, output_error, pruned_accuracy, seconds.
[[nodiscard]] PathTable path_table(const std::vector<SharedPathPoint>& points);

}  // namespace simplicit
