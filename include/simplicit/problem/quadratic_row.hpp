#pragma once

#include <simplicit/base/should_stop.hpp>
#include <simplicit/base/types.hpp>
#include <simplicit/problem/penalty.hpp>
#include <simplicit/problem/row_problem.hpp>

#include <span>
#include <vector>

namespace simplicit {

/// A symmetric matrix G (d x d) stored in full, column-major.
struct GramView {
  const double* data = nullptr;
  Index dimension = 0;
  Index leading_dimension = 0;

  [[nodiscard]] const double* column(Index j) const { return data + j * leading_dimension; }
  [[nodiscard]] double diagonal(Index j) const { return column(j)[j]; }
};

/// Sparse weights of a row: ascending columns and their values.
struct SparseRow {
  std::vector<int> columns;
  std::vector<double> values;
};

/// Weights whose residual is known, from which everything else follows with G:
///     c(w) = Phi^T (z - Phi w) = c0 - G (w - w0),     |z - Phi w|^2 = norm2 - (w - w0)^T (c0 + c(w)).
/// At first w0 = 0, c0 = r = Phi^T z and norm2 = |z|^2. A reference measured on the data near the solution
/// makes both right to the last digits there, however ill-conditioned G is.
struct ReferencePoint {
  SparseRow weights;          ///< w0
  std::span<const double> c;  ///< (d) c0
  double norm2 = 0;           ///< |z - Phi w0|^2
};

/// One row problem seen through its Gram matrix:
///
///     minimise  1/2 |z - Phi w|^2 + sum_j weight_j h(w_j)   s.t.  sum over the ball |w_j| <= kappa
struct QuadraticRow {
  GramView gram;
  ReferencePoint reference;
  RowProblem row;
  const Interlude* interlude = nullptr;  ///< called before each factorisation
};

}  // namespace simplicit
