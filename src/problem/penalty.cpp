#include <simplicit/problem/penalty.hpp>

#include <algorithm>
#include <cmath>

namespace simplicit {

double Penalty::value(double w) const {
  const double magnitude = std::abs(w);
  if (magnitude <= knee) return (slope + 0.5 * curvature * magnitude) * magnitude;
  return far_offset + (far_slope + 0.5 * far_curvature * magnitude) * magnitude;
}

double Penalty::derivative(double magnitude) const {
  return magnitude < knee ? slope + curvature * magnitude : far_slope + far_curvature * magnitude;
}

double Penalty::argument_above(double excess) const {
  if (excess <= 0) return 0;
  if (curvature > 0 && excess <= curvature * knee) return excess / curvature;
  if (knee == infinity) return infinity;
  const double beyond = excess - curvature * knee;  // h' is continuous at the knee
  if (far_curvature > 0) return knee + beyond / far_curvature;
  return beyond <= 0 ? knee : infinity;
}

double Penalty::conjugate(double v) const {
  return conjugate_above(std::abs(v) - slope);
}

// The integral of the argument over the excess.
double Penalty::conjugate_above(double excess) const {
  if (excess <= 0) return 0;
  if (curvature > 0 && excess <= curvature * knee) return 0.5 * excess * excess / curvature;
  const double w = argument_above(excess);
  if (w == infinity) return infinity;
  const double beyond = excess - curvature * knee;
  return 0.5 * curvature * knee * knee + beyond * 0.5 * (knee + w);
}

Penalty Penalty::scaled(double factor) const {
  // Stretched along w: slopes and knee grow, curvatures stay, and with them every factorisation.
  Penalty scaled = *this;
  scaled.slope *= factor;
  scaled.knee *= factor;
  scaled.far_slope *= factor;
  scaled.far_offset = scaled.far_offset * factor * factor;
  return scaled;
}

Penalty l1_penalty(double lambda) {
  Penalty penalty;
  penalty.slope = lambda;
  return penalty;
}

Penalty elastic_net_penalty(double lambda, double l1_ratio) {
  Penalty penalty;
  penalty.slope = lambda * l1_ratio;
  penalty.curvature = lambda * (1 - l1_ratio);
  return penalty;
}

Penalty perspective_penalty(double mu, double gamma) {
  Penalty penalty;
  penalty.slope = 2 * std::sqrt(mu * gamma);
  penalty.knee = std::sqrt(mu / gamma);
  penalty.far_offset = mu;
  penalty.far_curvature = 2 * gamma;
  return penalty;
}

Penalty ridge_penalty(double eta) {
  Penalty penalty;
  penalty.curvature = eta;
  return penalty;
}

}  // namespace simplicit
