#pragma once

#include "infer/gauss_seidel.hpp"
#include <simplicit/infer/implicit_gradient.hpp>

namespace simplicit {

/// Solves v = J (A^T v + s), J diagonal with entries in [0, 1], for groups of samples.
///
/// By Gauss-Seidel sweeps from v = 0, with the error bound of SweepOrder for |A|^T. For a strictly triangular
/// A a sweep is the back-substitution and its result exact.
class AdjointSystem {
 public:
  /// A is (n x n). Throws InputError when no bound on (I - |A|^T)^-1 is found.
  AdjointSystem(const SparseMatrix& A, const AdjointSettings& settings);

  /// V (n x width) <- the solution; slopes J and S (n x width), slopes are overwritten. `error_bound` (width)
  /// <- proven bounds on |v - v*|_inf. False when a sample missed the tolerance. The bits of a sample depend
  /// on itself only.
  [[nodiscard]] bool solve(Lanes& slopes, const Lanes& S, Lanes& V, double* error_bound) const;

 private:
  AdjointSystem(SparseMatrix transposed, const ResolventBound& resolvent, const AdjointSettings& settings);
  [[nodiscard]] bool converged(const SweepStep& step, int sample) const;

  AdjointSettings settings_;
  SparseMatrix others_;  ///< A^T without its diagonal
  Vector diagonal_;
  SweepOrder order_;
  mutable Lanes sweeping_;  ///< room for solve
};

}  // namespace simplicit
