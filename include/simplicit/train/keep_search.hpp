#pragma once

#include <simplicit/train/training_run.hpp>

#include <nlohmann/json.hpp>

#include <vector>

namespace simplicit {

/// The rows at the penalty that keeps as many weights as asked for, and how it was found.
struct KeepChoice {
  std::vector<RowResult> rows;  ///< on root
  nlohmann::json report;        ///< on root: target, nonzeros, lambda_rel, solves
};

/// Nonzeros that --keep allows: the share of the baseline's parameters, rounded down.
[[nodiscard]] Index allowed_nonzeros(const TrainSettings& settings, const StatesHeader& header);

/// Looks for the lambda_rel at which the convex problem keeps at most the share settings().keep and at least
/// 99 % of it, each solve warm-started from the one before (collective). Before refining, which chooses the
/// final supports itself, it looks for about twice as many. Throws InputError on all ranks, saying what can
/// be kept, when even a vanishing penalty keeps less.
[[nodiscard]] KeepChoice search_for_keep(TrainingRun& run);

}  // namespace simplicit
