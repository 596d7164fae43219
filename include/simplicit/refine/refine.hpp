#pragma once

#include <simplicit/run/training_run.hpp>

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <vector>

namespace simplicit {

/// How the model did after a round, on the samples that were held out.
struct RefineRound {
  int round = 0;  ///< 0 is the convex solve
  Index nonzeros = 0;
  std::optional<double> kept;  ///< nonzeros over the baseline's weights, where their number is known
  double state_error = 0;      ///< relative Frobenius error of the states the model reaches
  double output_error = 0;     ///< relative Frobenius error of its outputs
  double agreement = 0;        ///< share of samples on which model and baseline decide alike

  bool operator==(const RefineRound&) const = default;
};
[[nodiscard]] nlohmann::json to_json(const std::vector<RefineRound>& rounds);

/// The rows of the best round, on root, and how every round did, on root.
struct Refinement {
  std::vector<RowResult> rows;
  std::vector<RefineRound> rounds;
};

/// Nonzeros that --keep allows: the share of the baseline's weights, rounded down.
[[nodiscard]] Index allowed_nonzeros(const TrainSettings& settings, const StatesHeader& header);

/// Better supports and weights for the rows of a convex solve, within the same number of weights, in rounds:
///
///  1. every feature that a row uses or could use gets a price (support_prices), those with the highest
///  prices stay (as many as
///     --keep allows, else as many as the convex solve kept), a few times over;
///  2. every row is solved again on its support, without penalty and under the ball (solve_refit_block);
///  3. the model's own states over the training samples replace the baseline's (regenerate_states), so that
///     the next round fits towards the baseline's pre-activations from the states the model really reaches.
///
/// Each round is scored on the held-out samples; the rows of the best round are returned. Rows are solved by
/// run.solve_stage, so journals and signals work as in the convex solve (collective; the same bits at any
/// number of ranks). Throws InputError when the run does not work from the Gram matrix.
[[nodiscard]] Refinement refine_rows(TrainingRun& run, std::vector<RowResult> rows);

}  // namespace simplicit
