#pragma once

#include <support/reference_certificate.hpp>

namespace simplicit::test {

struct ReferenceSolution {
  Vector w;
  double primal = 0;
  double relative_gap = 0;  ///< how far from the optimum `primal` can be
};

/// argmin over the ball of |w - y|^2 / 2 + step sum_j weight_j h(w_j), the ball's multiplier by bisection.
[[nodiscard]] Vector prox_in_ball(const ReferencePenalty& penalty, const RowData& data, const Vector& y,
                                  double step);

/// Accelerated proximal gradient steps with restarts, until the reference gap is `goal` or patience ends.
[[nodiscard]] ReferenceSolution reference_minimum(const ReferencePenalty& penalty, const RowData& data,
                                                  double goal = 1e-9, int most_steps = 40000);

}  // namespace simplicit::test
