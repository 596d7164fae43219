#include "infer/gauss_seidel.hpp"

#include <simplicit/infer/block_product.hpp>

#include <cmath>

namespace simplicit {
namespace {

bool piecewise_linear(Activation activation) {
  return positively_homogeneous(activation);
}

// phi on one group of lanes.
void activate(Activation activation, RowLanes& z) {
  Eigen::Map<Matrix> as_matrix(z.data(), row_lanes, 1);
  apply_in_place(activation, as_matrix);
}

// The solution of x = phi(a x + s) for piecewise linear phi and |a| < 1: it has the sign of s, and on each
// side of zero phi has one slope. For the others a is 0 here, and x = phi(s).
void solve_own(Activation activation, double a, RowLanes& s) {
  const auto slope_times = [&](double slope) { return slope / (1 - slope * a) * s; };
  switch (activation) {
    case Activation::relu:
      s = (s > 0).select(slope_times(1), 0.0 * s);
      break;
    case Activation::leaky_relu:
      s = (s > 0).select(slope_times(1), slope_times(leaky_relu_slope));
      break;
    case Activation::identity:
      s = slope_times(1).eval();
      break;
    case Activation::tanh:
    case Activation::sigmoid:
      activate(activation, s);
      break;
  }
}

}  // namespace

GaussSeidel::GaussSeidel(const SparseMatrix& A, Activation activation, const ResolventBound& resolvent)
    : A_(A), others_(A), diagonal_(Vector::Zero(A.rows())), activation_(activation) {
  if (piecewise_linear(activation)) {
    diagonal_ = A.diagonal();
    others_.prune([](Index row, Index col, double) { return row != col; });
  }
  others_.makeCompressed();
  order_ = sweep_order(others_, resolvent);
  residual_factor_ = resolvent.of_ones().maxCoeff();
}

void GaussSeidel::sweep(const Matrix& S, Matrix& X, Step& step) const {
  const Index n = A_.rows();
  step.change.setZero(X.rows());
  step.size.setZero(X.rows());
  for (Index k = 0; k < n; ++k) {
    const Index i = order_.state(k, n);
    for (Index first = 0; first < X.rows(); first += row_lanes) {
      auto x = X.col(i).segment<row_lanes>(first).array();
      RowLanes newest = row_times(others_, i, X, first) + S.col(i).segment<row_lanes>(first).array();
      solve_own(activation_, diagonal_[i], newest);
      auto change = step.change.segment<row_lanes>(first);
      auto size = step.size.segment<row_lanes>(first);
      change = change.max((newest - x).abs());
      size = size.max(newest.abs());
      x = newest;
    }
  }
}

Eigen::ArrayXd GaussSeidel::residual(const Matrix& S, const Matrix& X) const {
  Eigen::ArrayXd worst = Eigen::ArrayXd::Zero(X.rows());
  for (Index i = 0; i < A_.rows(); ++i) {
    for (Index first = 0; first < X.rows(); first += row_lanes) {
      RowLanes image = row_times(A_, i, X, first) + S.col(i).segment<row_lanes>(first).array();
      activate(activation_, image);
      auto largest = worst.segment<row_lanes>(first);
      largest = largest.max((image - X.col(i).segment<row_lanes>(first).array()).abs());
    }
  }
  return worst;
}

}  // namespace simplicit
