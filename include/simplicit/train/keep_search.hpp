#pragma once

#include <simplicit/run/training_run.hpp>

#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace simplicit {

/// What --keep chose.
struct KeepReport {
  double target = 0;  ///< the share that was asked for
  Index nonzeros = 0;
  double lambda_rel = 0;
  int solves = 0;  ///< of all rows
};
[[nodiscard]] nlohmann::json to_json(const KeepReport& report);

/// The rows at the penalty that keeps as many weights as asked for, and how it was found.
struct KeepChoice {
  std::vector<RowResult> rows;  ///< on root
  KeepReport report;
};

/// Looks for the lambda_rel at which the convex problem keeps at most the share settings().keep and at least
/// 99 % of it, each solve warm-started from the one before (collective). Before refining, which chooses the
/// final supports itself, it looks for about twice as many. Throws InputError on all ranks, saying what can
/// be kept, when even a vanishing penalty keeps less.
[[nodiscard]] KeepChoice search_for_keep(TrainingRun& run);

}  // namespace simplicit
