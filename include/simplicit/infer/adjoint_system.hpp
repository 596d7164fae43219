#pragma once

#include <simplicit/infer/sweep_order.hpp>

#include <utility>

namespace simplicit {

/// The solution of an adjoint system for k samples, and how far it may be from the exact one.
struct AdjointSolution {
  Matrix V;            ///< (k x n)
  Vector error_bound;  ///< (k) proven bounds on |v - v*|_inf
  int iterations = 0;  ///< most sweeps of any group of samples
  bool converged = true;
};

struct AdjointSettings {
  double tolerance = 1e-6;  ///< stop when the error bound <= tolerance * |v|_inf, sample by sample
  int max_iterations = 10000;
};

/// Solves v = J (A^T v + s), J diagonal with entries in [0, 1], for blocks of samples.
///
/// By Gauss-Seidel sweeps from v = 0, with the error bound of SweepOrder for |A|^T. For a strictly triangular
/// A a sweep is the back-substitution and its result exact.
class AdjointSystem {
 public:
  /// A is (n x n). Throws InputError when no bound on (I - |A|^T)^-1 is found.
  AdjointSystem(const SparseMatrix& A, const AdjointSettings& settings);

  /// J and S (k x n), samples down the columns, k a multiple of lane_width. The bits of a sample depend on
  /// its lane of samples only.
  [[nodiscard]] AdjointSolution solve(const Matrix& J, const Matrix& S) const;

 private:
  AdjointSystem(SparseMatrix transposed, const ResolventBound& resolvent, const AdjointSettings& settings);
  // Largest change and largest entry of each sample of a lane.
  struct Step {
    Eigen::ArrayXd change, size;
  };
  void sweep(const Matrix& J, const Matrix& S, Matrix& V, Step& step) const;
  [[nodiscard]] bool converged(const Step& step) const;
  void solve_lane(const Matrix& J, const Matrix& S, Index first, AdjointSolution& solution) const;

  AdjointSettings settings_;
  SparseMatrix others_;  ///< A^T without its diagonal
  Vector diagonal_;
  SweepOrder order_;
};

}  // namespace simplicit
