#pragma once

#include "solve/gram_row.hpp"

namespace simplicit {

/// How matching a row ended.
struct MinNormOutcome {
  SparseRow row;
  /// Where the bound is tiny: weights on the same set whose residual points the same way and is long enough
  /// for its direction to be known, a dual point as good as theirs. Else empty.
  SparseRow dual_row;
  double lambda = 0;     ///< the penalty at which the residual met its bound
  double nu = 0;         ///< multiplier of the ball at that penalty
  bool reached = false;  ///< the bound aimed at was met, as G shows it
  int factorisations = 0;
};

/// Where a search begins: these weights at this penalty; at lambda_max from zero when lambda is 0.
struct MinNormStart {
  SparseRow row;
  double lambda = 0;
  double nu = 0;
};

/// Minimises sum_j weight_j |w_j| subject to |z - Phi w| <= `residual_bound` (and the ball): the l1 problem
/// at the penalty lambda where the residual meets the bound. On a fixed active set
///     |rho(lambda)|^2 = |rho(lambda_k)|^2 + c (lambda^2 - lambda_k^2),   c = -d|w|_1 / d lambda,
/// so lambda is found by exact steps, kept inside a bracket. When the bound is out of reach the row with the
/// smallest residual found is returned. Where the bound is too short for G to show, far from the
/// reference point, the search ends as soon as no shorter residual can be told from rounding: measure there
/// and solve again.
[[nodiscard]] MinNormOutcome solve_min_norm_row(const QuadraticRow& problem, double residual_bound,
                                                const GramRowSettings& settings, const MinNormStart& start);

}  // namespace simplicit
