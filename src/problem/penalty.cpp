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

double Penalty::conjugate_argument(double v) const {
  const double excess = std::abs(v) - slope;
  if (excess <= 0) return 0;
  if (curvature > 0 && excess <= curvature * knee) return excess / curvature;
  if (knee == infinity) return infinity;
  if (far_curvature > 0) return std::max(knee, (std::abs(v) - far_slope) / far_curvature);
  return std::abs(v) <= far_slope ? knee : infinity;
}

double Penalty::conjugate(double v) const {
  const double w = conjugate_argument(v);
  if (w == 0) return 0;
  if (w == infinity) return infinity;
  if (w <= knee && curvature > 0) {
    const double excess = std::abs(v) - slope;
    return 0.5 * excess * excess / curvature;
  }
  return std::abs(v) * w - value(w);
}

Penalty Penalty::scaled(double factor) const {
  // Stretched along w: slopes and knee grow, curvatures stay, and with them every factorisation.
  Penalty scaled = *this;
  scaled.slope *= factor;
  scaled.knee *= factor;
  scaled.far_slope *= factor;
  scaled.far_offset *= factor * factor;
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
