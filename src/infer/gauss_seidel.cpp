#include "infer/gauss_seidel.hpp"

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

bool piecewise_linear(Activation activation) {
  return positively_homogeneous(activation);
}

// Of the piecewise linear phi.
double slope_below_zero(Activation activation) {
  return derivative(activation, -1);
}
double slope_above_zero(Activation activation) {
  return derivative(activation, 1);
}

}  // namespace

GaussSeidel::GaussSeidel(const SparseMatrix& A, Activation activation, const ResolventBound& resolvent)
    : A_(A), others_(A), activation_(activation) {
  A_.makeCompressed();
  if (piecewise_linear(activation)) {
    const Vector own = A.diagonal();
    const double above = slope_above_zero(activation);
    const double below = slope_below_zero(activation);
    if_above_ = above / (1 - above * own.array());
    if_below_ = below / (1 - below * own.array());
    others_.prune([](Index row, Index col, double) { return row != col; });
  }
  others_.makeCompressed();
  order_ = sweep_order(others_, resolvent);
  residual_factor_ = resolvent.of_ones().maxCoeff();
}

void GaussSeidel::sweep(const Lanes& S, Lanes& X, SweepStep& step) const {
  if (!piecewise_linear(activation_)) return sweep_smooth(S, X, step);
  const SweepView view{rows_of(others_), if_above_.data(), if_below_.data(), order_.last_state_first};
  lane_kernels().sweep(X.width(), view, S.data(), X.data(), step.change, step.size);
}

// image <- phi(row i of M times x + s_i)
void GaussSeidel::image_of_row(const SparseMatrix& M, Index i, const Lanes& S, const Lanes& X,
                               double* image) const {
  const CsrRows all = rows_of(M);
  std::copy_n(S.row(i), S.width(), image);
  lane_kernels().add_product(X.width(), {1, all.begin + i, all.columns, all.values}, X.data(), image);
  for (int sample = 0; sample < X.width(); ++sample) image[sample] = apply(activation_, image[sample]);
}

void GaussSeidel::sweep_smooth(const Lanes& S, Lanes& X, SweepStep& step) const {
  std::fill_n(step.change, X.width(), 0.0);
  std::fill_n(step.size, X.width(), 0.0);
  alignas(64) double newest[wide_width];
  for (Index k = 0; k < X.rows(); ++k) {
    const Index i = order_.state(k, X.rows());
    image_of_row(others_, i, S, X, newest);
    double* const x = X.row(i);
    for (int sample = 0; sample < X.width(); ++sample) {
      step.change[sample] = std::max(step.change[sample], std::abs(newest[sample] - x[sample]));
      step.size[sample] = std::max(step.size[sample], std::abs(newest[sample]));
      x[sample] = newest[sample];
    }
  }
}

void GaussSeidel::residual(const Lanes& S, const Lanes& X, double* worst) const {
  if (piecewise_linear(activation_)) {
    lane_kernels().residual(X.width(), rows_of(A_), slope_below_zero(activation_), S.data(), X.data(), worst);
    return;
  }
  std::fill_n(worst, X.width(), 0.0);
  alignas(64) double image[wide_width];
  for (Index i = 0; i < X.rows(); ++i) {
    image_of_row(A_, i, S, X, image);
    for (int sample = 0; sample < X.width(); ++sample) {
      worst[sample] = std::max(worst[sample], std::abs(image[sample] - X.row(i)[sample]));
    }
  }
}

}  // namespace simplicit
