#include "robustness/smooth_minimum.hpp"

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

// The z >= 0 with phi'(z) = slope, for 0 < slope <= phi'(0); both phi are odd about (0, phi(0)).
double where_slope_is(Activation activation, double slope) {
  if (activation == Activation::tanh) return std::atanh(std::sqrt(std::max(0.0, 1 - slope)));
  // sigmoid'(z) = tanh'(z / 2) / 4
  return 2 * std::atanh(std::sqrt(std::max(0.0, 1 - 4 * slope)));
}

}  // namespace

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
