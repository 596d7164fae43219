#pragma once

#include <simplicit/problem/quadratic_row.hpp>

#include <span>

namespace simplicit {

/// What a duality gap is computed from. rho = z - Phi w is the residual, rho_c the residual less its mean
/// when there is a bias and rho itself otherwise. The dual point is made from rho_c or, where that has too
/// few digits, from another vector in its place.
struct GapInput {
  RowProblem problem;
  const SparseRow* row = nullptr;  ///< w
  std::span<const double> v;       ///< (d) Phi^T rho_c
  double centred_norm2 = 0;        ///< |rho_c|^2
  double mean_norm2 = 0;           ///< |rho - rho_c|^2
  double mean_dot = 0;    ///< (rho - rho_c)^T rho_c: zero unless another vector takes the place of rho_c
  double target_dot = 0;  ///< z^T rho_c; used by min_norm_gap

  // How far the numbers above may be off by rounding; the gap allows for it.
  std::span<const double> feature_norms;  ///< (d) |phi_j|; empty when v is exact
  double correlation_rounding = 0;        ///< v_j, in units of |phi_j|
  double residual_rounding = 0;           ///< rho, as the norm of a vector
  double target_dot_rounding = 0;         ///< z^T rho_c
  double resolution = 0;  ///< how far rho moves when w is rounded to double precision, as a norm

  /// How far v_j may be off by rounding.
  [[nodiscard]] double rounding_of_correlation(std::size_t j) const {
    return feature_norms.empty() ? 0 : correlation_rounding * feature_norms[j];
  }
};

/// Primal and dual objective of one row and the relative gap between them.
struct Gap {
  double primal = 0;
  double dual = 0;
  double relative = 0;  ///< (P - D) / P, at most 1; 0 where P = 0
  double nu = 0;        ///< multiplier of the ball in the dual point
  bool exact = false;   ///< of a penalised row: rounding of w alone makes an objective as large as P
};

/// The gap of a penalised row (docs/theory.md): with theta = s rho_c and v its
/// correlations,
///     P - D = 1/2 |rho - theta|^2 + sum_j h_j(w_j) + g*(v) - w^T v,
///     g*(v) = sum outside the ball h_j*(v_j) + min over nu >= 0 of [kappa nu + sum in the ball h_j*((|v_j| -
///     nu)_+)].
/// s is 1, or what makes every h_j* finite, whichever proves more; s = 0 proves D = 0 always. |v_j|, w^T v
/// and rho - theta are taken as bad as their rounding allows.
[[nodiscard]] Gap penalised_gap(const Penalty& penalty, const GapInput& input);

/// The gap of a row that matches within delta: P = sum_j weight_j |w_j| and, with theta = t rho_c,
///     D(t) = t (z^T rho_c - delta |z| |rho_c|) - kappa max over the ball of (t |v_j| - weight_j)_+,
/// t at most what keeps |t v_j| <= weight_j outside the ball; D is concave and made of lines, and the best t
/// is found among their crossings. D bounds the norm of all weights that match, whatever rho_c is made from.
/// The dual is the largest number there is when D grows without end, which proves that no weights match. The
/// gap speaks of optimality only: that |rho| <= delta |z| is checked beside it.
[[nodiscard]] Gap min_norm_gap(double delta, const GapInput& input);

}  // namespace simplicit
