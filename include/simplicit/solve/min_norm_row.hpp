#pragma once

#include <simplicit/solve/gram_row.hpp>

namespace simplicit {

/// What came of matching a row.
struct MinNormOutcome {
  SparseRow row;
  double lambda = 0;     ///< the penalty at which the residual met its bound
  double nu = 0;         ///< multiplier of the ball at that penalty
  bool reached = false;  ///< the residual bound was met, as G shows it
  int factorisations = 0;
};

/// Minimises sum_j weight_j |w_j| subject to |z - Phi w| <= `residual_bound` (and the ball): the l1 problem
/// at the penalty lambda where the residual meets the bound. On a fixed active set
///     |rho(lambda)|^2 = |rho(lambda_k)|^2 + c (lambda^2 - lambda_k^2),   c = -d|w|_1 / d lambda,
/// so lambda is found by exact steps, kept inside a bracket. `lambda_start` (0: lambda_max) begins the search
/// from the weights of `warm`. When the bound is out of reach the row with the smallest residual found is
/// returned.
[[nodiscard]] MinNormOutcome solve_min_norm_row(const QuadraticRow& problem, double residual_bound,
                                                const GramRowSettings& settings, const SparseRow& warm,
                                                double lambda_start);

}  // namespace simplicit
