#pragma once

#include <simplicit/model/implicit_model.hpp>

#include <Eigen/LU>

#include <limits>

namespace simplicit::test {

/// A box of two inputs.
struct InputSquare {
  Eigen::Vector2d lower, upper;
};

/// The slow, obvious least value of y_label - y_other over a box of two inputs, for ReLU and leaky ReLU: for
/// every pattern of signs the states are linear in the inputs, and so are the conditions of the pattern; the
/// least value is taken at a corner of one of these polygons, where two conditions meet.
inline double least_margin(const ImplicitModel& model, Index label, Index other, const InputSquare& square) {
  const Index n = model.states();
  const Matrix A = model.A, B = model.B, C = model.C, D = model.D;
  const double a = model.activation == Activation::leaky_relu ? leaky_relu_slope : 0;
  double least = std::numeric_limits<double>::infinity();
  for (Index pattern = 0; pattern < (Index{1} << n); ++pattern) {
    Vector slope(n);
    for (Index i = 0; i < n; ++i) slope[i] = (pattern >> i) % 2 == 1 ? 1 : a;
    // z = A S z + B u
    const Matrix Z = (Matrix::Identity(n, n) - A * slope.asDiagonal()).partialPivLu().solve(B);
    const Eigen::RowVectorXd c = C.row(label) - C.row(other);
    const Eigen::RowVectorXd d = D.row(label) - D.row(other);
    const Eigen::RowVectorXd margin = c * slope.asDiagonal() * Z + d;
    // normal . u >= offset: the box, then z_i >= 0 or <= 0; with a bias the constant moves to the offset.
    Matrix normal(n + 4, 2);
    Vector offset(n + 4);
    normal.topRows(4) << 1, 0, -1, 0, 0, 1, 0, -1;
    offset.head(4) << square.lower[0], -square.upper[0], square.lower[1], -square.upper[1];
    for (Index i = 0; i < n; ++i) {
      const double sign = (pattern >> i) % 2 == 1 ? 1 : -1;
      normal.row(4 + i) = sign * Z.row(i).head(2);
      offset[4 + i] = model.bias ? -sign * Z(i, 2) : 0;
    }
    for (Index i = 0; i < n + 4; ++i) {
      for (Index j = 0; j < i; ++j) {
        Eigen::Matrix2d both;
        both << normal.row(i), normal.row(j);
        if (!(std::abs(both.determinant()) > 1e-12 * normal.row(i).norm() * normal.row(j).norm())) continue;
        const Eigen::Vector2d u = both.inverse() * Eigen::Vector2d(offset[i], offset[j]);
        const Vector slack = normal * u - offset;
        const Vector size = normal.cwiseAbs() * u.cwiseAbs() + offset.cwiseAbs();
        if (((slack + 1e-9 * size).array() < 0).any()) continue;
        least = std::min(least, margin.head(2).dot(u) + (model.bias ? margin[2] : 0));
      }
    }
  }
  return least;
}

}  // namespace simplicit::test
