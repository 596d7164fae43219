#include "robustness/relaxation.hpp"

#include <algorithm>
#include <cmath>

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

// The z >= 0 with phi'(z) = slope, for 0 < slope <= phi'(0); both phi are odd about (0, phi(0)).
double where_slope_is(Activation activation, double slope) {
  if (activation == Activation::tanh) return std::atanh(std::sqrt(std::max(0.0, 1 - slope)));
  // sigmoid'(z) = tanh'(z / 2) / 4
  return 2 * std::atanh(std::sqrt(std::max(0.0, 1 - 4 * slope)));
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

double smooth_minimum(Activation activation, double g, double v, double lower, double upper) {
  const auto value = [&](double z) { return g * apply(activation, z) - v * z; };
  double least = std::min(value(lower), value(upper));
  const double slope = v / g;
  const double steepest = activation == Activation::tanh ? 1 : 0.25;
  if (!(slope > 0 && slope < steepest)) return least;
  const double z = where_slope_is(activation, slope);
  for (const double at : {-z, z}) {
    if (at > lower && at < upper) least = std::min(least, value(at));
  }
  return least;
}

}  // namespace simplicit
