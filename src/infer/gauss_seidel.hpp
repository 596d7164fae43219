#pragma once

#include "infer/lanes.hpp"
#include <simplicit/base/activation.hpp>
#include <simplicit/infer/state_order.hpp>

namespace simplicit {

/// What a sweep did to each sample of a group (width): largest change of a row, largest row.
struct SweepStep {
  alignas(64) double change[wide_width];
  alignas(64) double size[wide_width];
};

/// Gauss-Seidel sweeps on x = phi(A x + s) for groups of samples.
///
/// A sweep goes through the states once and computes each from the newest values of the others. For the
/// piecewise linear phi the state's own coefficient is solved for: x = phi(a x + s) has one solution in
/// closed form for |a| < 1, it has the sign of s, and on each side of zero phi has one slope.
class GaussSeidel {
 public:
  /// A is (n x n); `resolvent` proves that its equilibrium is unique. Sweeps run from the last state to the
  /// first or the other way, whichever has the better error factor.
  GaussSeidel(const SparseMatrix& A, Activation activation, const ResolventBound& resolvent);

  /// One sweep over all states; S holds B u + b.
  void sweep(const Lanes& S, Lanes& X, SweepStep& step) const;
  /// worst (width) <- |x - phi(A x + s)|_inf of each sample.
  void residual(const Lanes& S, const Lanes& X, double* worst) const;

  /// |x - x*|_inf <= change_factor * change after a sweep.
  [[nodiscard]] double change_factor() const { return order_.change_factor; }
  /// |x - x*|_inf <= residual_factor * residual at any x.
  [[nodiscard]] double residual_factor() const { return residual_factor_; }

 private:
  void sweep_smooth(const Lanes& S, Lanes& X, SweepStep& step) const;
  void image_of_row(const SparseMatrix& M, Index i, const Lanes& S, const Lanes& X, double* image) const;

  SparseMatrix A_;
  SparseMatrix others_;         ///< A without the diagonal where that is solved for
  Vector if_above_, if_below_;  ///< for the piecewise linear phi: x_i over the sum without its own part
  Activation activation_;
  SweepOrder order_;
  double residual_factor_ = 0;
};

}  // namespace simplicit
