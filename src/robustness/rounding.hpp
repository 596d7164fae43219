#pragma once

#include <simplicit/base/types.hpp>

#include <cmath>
#include <limits>

namespace simplicit {

// Standard model of rounding (Higham, Accuracy and Stability of Numerical Algorithms, chapters 2 and 3): with
// u the unit roundoff a sum of k products is off by at most gamma_k times the sum of absolute products, in
// whatever order the library adds, with or without fused operations.

template <class Scalar>
inline constexpr double unit_roundoff = std::numeric_limits<Scalar>::epsilon() / 2;

/// gamma_k = k u / (1 - k u), and infinite where k u >= 1.
template <class Scalar>
[[nodiscard]] double gamma(Index k) {
  const double ku = static_cast<double>(k) * unit_roundoff<Scalar>;
  return ku < 1 ? ku / (1 - ku) : std::numeric_limits<double>::infinity();
}

/// Terms of a product with a matrix of this many columns: each counts twice, for the rounding of coefficients
/// and of what they are multiplied with, and a few steps come before and after.
[[nodiscard]] inline Index product_terms(Index columns) {
  return 2 * columns + 32;
}
/// Terms of a dual bound: products over the n states, then sums over states and p inputs in the lanes of the
/// vector loops.
[[nodiscard]] inline Index dual_terms(Index states, Index inputs) {
  return 2 * (states + (states + inputs) / 16) + 96;
}

/// What underflow can add to a bound, for coefficients and values of magnitude 1.
template <class Scalar>
inline constexpr double underflow = sizeof(Scalar) == sizeof(float) ? 1e-36 : 1e-300;

/// Beyond the exact result of the one operation that `value` was rounded from: a unit in its last place and
/// more.
[[nodiscard]] inline double up(double value) {
  return value + (std::abs(value) * std::numeric_limits<double>::epsilon() + 1e-300);
}
[[nodiscard]] inline double down(double value) {
  return value - (std::abs(value) * std::numeric_limits<double>::epsilon() + 1e-300);
}

}  // namespace simplicit
