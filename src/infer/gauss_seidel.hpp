#pragma once

#include <simplicit/base/activation.hpp>
#include <simplicit/infer/sweep_order.hpp>

namespace simplicit {

/// Gauss-Seidel sweeps on x = phi(A x + s) for lanes of samples.
///
/// A sweep goes through the states once and computes each from the newest values of the others. For the
/// piecewise linear phi the state's own coefficient is solved for: x = phi(a x + s) has one solution in
/// closed form for |a| < 1.
class GaussSeidel {
 public:
  /// A is (n x n); `resolvent` proves that its equilibrium is unique. Sweeps run from the last state to the
  /// first or the other way, whichever has the better error factor.
  GaussSeidel(const SparseMatrix& A, Activation activation, const ResolventBound& resolvent);

  /// What happened to each sample of a lane: largest change of a state, largest state (both in the inf norm).
  struct Step {
    Eigen::ArrayXd change, size;
  };
  /// One sweep over all states. S = (B u + b)^T and X are (lanes x n), lanes a multiple of row_lanes.
  void sweep(const Matrix& S, Matrix& X, Step& step) const;
  /// |x - phi(A x + s)|_inf for each sample, (lanes).
  [[nodiscard]] Eigen::ArrayXd residual(const Matrix& S, const Matrix& X) const;

  /// |x - x*|_inf <= change_factor * change after a sweep.
  [[nodiscard]] double change_factor() const { return order_.change_factor; }
  /// |x - x*|_inf <= residual_factor * residual at any x.
  [[nodiscard]] double residual_factor() const { return residual_factor_; }
  [[nodiscard]] bool last_state_first() const { return order_.last_state_first; }

 private:
  SparseMatrix A_;
  SparseMatrix others_;  ///< A without the diagonal where that is solved for
  Vector diagonal_;      ///< what others_ lacks, else zero
  Activation activation_;
  SweepOrder order_;
  double residual_factor_ = 0;
};

}  // namespace simplicit
