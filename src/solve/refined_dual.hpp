#pragma once

#include <simplicit/problem/row_samples.hpp>

#include <optional>
#include <span>

namespace simplicit {

/// Weights near the optimum and what makes them optimal.
struct StationaryRow {
  RowProblem problem;
  Penalty penalty;
  const SparseRow* row = nullptr;  ///< w
  double nu = 0;                   ///< multiplier of the ball
};

/// A dual point theta and how it differs from the residual rho = z - Phi w.
struct DualPoint {
  Vector v;                         ///< (d) Phi^T theta
  double norm2 = 0;                 ///< |theta|^2
  double difference_norm2 = 0;      ///< |rho - theta|^2
  double difference_dot = 0;        ///< (rho - theta)^T theta
  double difference_rounding = 0;   ///< rho - theta as computed may be off by about this much, as a norm
  double correlation_rounding = 0;  ///< v_j may be off by about this times |phi_j|
};

/// theta = z - Phi (w + e) of the shifted samples, less its mean with a bias, where e on the columns of w
/// (and the free ones) solves the optimality conditions there to the last digit. Weights rounded to double
/// precision move the residual by eps sum |w_j| |phi_j|, which hides all of it where lambda is tiny or the
/// columns nearly dependent; here rho is formed in twice the digits and e corrects it (iterative refinement),
/// so that only rounding relative to theta itself remains. Nothing when the columns cannot be factored.
[[nodiscard]] std::optional<DualPoint> refined_dual(const RowSamples& samples, Index target,
                                                    const StationaryRow& stationary);

}  // namespace simplicit
