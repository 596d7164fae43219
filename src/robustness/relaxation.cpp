#include "robustness/relaxation.hpp"

#include <algorithm>

namespace simplicit {
namespace {

struct Slopes {
  double negative, positive;
};

// phi(z) = max(z, a z).
Slopes piecewise(double a, double lower, double upper) {
  if (lower >= 0) return {1, 1};
  if (upper <= 0) return {a, a};
  return {(upper - a * lower) / (upper - lower), upper > -lower ? 1 : a};
}

// tanh and sigmoid are convex left of zero and concave right of it: a tangent on one side, the chord on the
// other; across zero the flatter end's slope bounds phi on both sides.
Slopes smooth(Activation activation, double lower, double upper) {
  const auto slope = [&](double z) { return derivative(activation, z); };
  if (!(upper > lower)) return {slope(lower), slope(lower)};
  const double chord = (apply(activation, upper) - apply(activation, lower)) / (upper - lower);
  const double tangent = slope(lower + (upper - lower) / 2);
  if (lower >= 0) return {tangent, chord};
  if (upper <= 0) return {chord, tangent};
  const double flatter = std::min(slope(lower), slope(upper));
  return {chord <= slope(upper) ? chord : flatter, chord <= slope(lower) ? chord : flatter};
}

}  // namespace

Relaxation relaxation(const System& system, const StateBounds& bounds) {
  Relaxation slopes{Matrix(bounds.lower.rows(), bounds.lower.cols()),
                    Matrix(bounds.lower.rows(), bounds.lower.cols())};
  for (Index column = 0; column < bounds.lower.cols(); ++column) {
    for (Index i = 0; i < bounds.lower.rows(); ++i) {
      const double lower = bounds.lower(i, column);
      const double upper = bounds.upper(i, column);
      const Slopes chosen = system.piecewise_linear ? piecewise(system.slope, lower, upper)
                                                    : smooth(system.activation, lower, upper);
      slopes.negative(i, column) = chosen.negative;
      slopes.positive(i, column) = chosen.positive;
    }
  }
  return slopes;
}

}  // namespace simplicit
