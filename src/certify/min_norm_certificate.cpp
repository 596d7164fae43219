#include <simplicit/certify/certificate.hpp>

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

bool penalised(double weight) {
  return weight > 0 && weight < infinity;
}

// The smallest weight_j / |v_j| over columns [begin, end): the largest t with |t v_j| <= weight_j.
double largest_scale(const GapInput& input, std::size_t begin, std::size_t end) {
  double scale = infinity;
  for (std::size_t j = begin; j < end; ++j) {
    if (penalised(input.weights[j]) && input.v[j] != 0) {
      scale = std::min(scale, input.weights[j] / std::abs(input.v[j]));
    }
  }
  return scale;
}

}  // namespace

Gap min_norm_gap(double delta, const GapInput& input) {
  Gap gap;
  for (std::size_t k = 0; k < input.row->columns.size(); ++k) {
    const double weight = input.weights[static_cast<std::size_t>(input.row->columns[k])];
    if (weight > 0) gap.primal += weight * std::abs(input.row->values[k]);
  }
  const auto ball = static_cast<std::size_t>(input.ball_columns);
  const double outside = largest_scale(input, ball, input.v.size());
  const double inside = largest_scale(input, 0, ball);
  const double slope = input.target_dot - delta * std::sqrt(input.target_norm2 * input.centred_norm2);
  const auto excess = [&](double t) {
    double largest = 0;
    for (std::size_t j = 0; j < ball; ++j) {
      if (penalised(input.weights[j]))
        largest = std::max(largest, t * std::abs(input.v[j]) - input.weights[j]);
    }
    return largest;
  };
  const auto consider = [&](double t) {
    if (!(t > 0 && t < infinity)) return;
    const double nu = excess(t);
    const double dual = t * slope - (nu > 0 ? input.kappa * nu : 0);
    if (dual > gap.dual) {
      gap.dual = dual;
      gap.nu = nu;
    }
  };
  consider(outside);
  consider(std::min(inside, outside));
  if (gap.primal > 0) gap.relative = std::max(0.0, gap.primal - gap.dual) / gap.primal;
  return gap;
}

}  // namespace simplicit
