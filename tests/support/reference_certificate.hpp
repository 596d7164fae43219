#pragma once

#include <support/random_problems.hpp>
#include <support/reference_penalty.hpp>

#include <cmath>
#include <vector>

// Duality gaps of one row by plain loops in extended precision, straight from the formulas and the data.

namespace simplicit::test {

struct ReferenceGap {
  double primal = 0;
  double dual = 0;
  double relative = 0;
};

using Extended = std::vector<long double>;

[[nodiscard]] bool is_penalised(const RowData& data, Index j);

[[nodiscard]] Extended residual(const RowData& data, const Vector& w);

/// With a bias less its mean, else itself.
[[nodiscard]] Extended centred(const RowData& data, Extended rho);

[[nodiscard]] long double dot(const Extended& a, const Extended& b);

[[nodiscard]] Extended correlations(const RowData& data, const Extended& rho);

/// Where a convex function on [low, high] is smallest; infinite values may stand on the left only.
template <class Function>
long double argmin(const Function& f, long double low, long double high) {
  for (int step = 0; step < 200; ++step) {
    const long double left = low + (high - low) / 3;
    const long double right = high - (high - low) / 3;
    if (std::isinf(f(left)) || f(left) > f(right)) {
      low = left;
    } else {
      high = right;
    }
  }
  return high;
}

/// g*(s v): the conjugates outside the ball, and in it the best multiplier nu.
[[nodiscard]] long double conjugates(const ReferencePenalty& penalty, const RowData& data, const Extended& v,
                                     long double scale);

[[nodiscard]] long double primal(const ReferencePenalty& penalty, const RowData& data, const Vector& w);

[[nodiscard]] ReferenceGap reference_gap(const ReferencePenalty& penalty, const RowData& data,
                                         const Vector& w);

/// min-norm: P = sum weight_j |w_j| against the best D(t).
[[nodiscard]] ReferenceGap reference_min_norm_gap(double delta, const RowData& data, const Vector& w);

/// sum over the ball of |w_j|.
[[nodiscard]] double ball_norm(const RowData& data, const Vector& w);

}  // namespace simplicit::test
