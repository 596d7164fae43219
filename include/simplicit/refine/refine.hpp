#pragma once

#include <simplicit/train/train.hpp>

namespace simplicit {

/// Better supports and weights for the rows of a convex solve, within the same number of weights, in rounds:
///
///  1. every feature that a row uses or could use gets a price (support_prices), the dearest stay (as many as
///     --keep allows, else as many as the convex solve kept), a few times over;
///  2. every row is solved again on its support, without penalty and under the ball (solve_refit_block);
///  3. the model's own states over the training samples replace the baseline's (regenerate_states), so that
///     the next round fits towards the baseline's pre-activations from the states the model really reaches.
///
/// Each round is scored on the held-out samples; the rows of the best round are returned (on root), and
/// outcome.refine lists the rounds. Rows are solved by run.solve_stage, so journals and signals work as in
/// the convex solve (collective; the same bits at any number of ranks). Throws InputError when the run does
/// not work from the Gram matrix.
[[nodiscard]] std::vector<RowResult> refine_rows(TrainingRun& run, std::vector<RowResult> rows,
                                                 TrainOutcome& outcome);

}  // namespace simplicit
