#include "certify/correlation.hpp"
#include <simplicit/certify/certificate.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace simplicit {
namespace {

double penalty_value(const Penalty& penalty, const GapInput& input) {
  double value = 0;
  for (std::size_t k = 0; k < input.row->columns.size(); ++k) {
    const double weight = input.problem.weights[static_cast<std::size_t>(input.row->columns[k])];
    if (weight > 0) value += weight * penalty.value(input.row->values[k]);
  }
  return value;
}

// w^T v over the penalised columns, as small as rounding may have it.
double correlation_with_weights(const GapInput& input) {
  double sum = 0;
  double rounding = 0;
  for (std::size_t k = 0; k < input.row->columns.size(); ++k) {
    const auto j = static_cast<std::size_t>(input.row->columns[k]);
    if (!(input.problem.weights[j] > 0)) continue;
    sum += input.row->values[k] * input.v[j];
    rounding += std::abs(input.row->values[k]) * input.rounding_of_correlation(j);
  }
  return sum - rounding;
}

// The largest s <= 1 that keeps s |v_j| within weight_j * slope outside the ball, a few roundings less so
// that the products are.
double scale_into_slopes(const Penalty& penalty, const GapInput& input) {
  double scale = 1;
  for (std::size_t j = static_cast<std::size_t>(input.problem.ball_columns); j < input.v.size(); ++j) {
    if (!penalised(input.problem.weights[j])) continue;
    const double limit = input.problem.weights[j] * penalty.slope;
    const double size = size_of_correlation(input, j);
    if (scale * size > limit) scale = limit / size;
  }
  return scale < 1 ? scale * (1 - 4 * std::numeric_limits<double>::epsilon()) : scale;
}

// min over nu >= 0 of kappa nu + sum over the ball of h_j*((s |v_j| - nu)_+): nu alone where h* is 0 or
// infinite, else the zero of the non-decreasing derivative kappa - sum argmax_j, by bisection.
struct BallTerm {
  double value = 0;
  double nu = 0;
};

BallTerm ball_term(const Penalty& penalty, const GapInput& input, double scale) {
  struct Exceeding {
    double excess;
    double weight;
  };
  std::vector<Exceeding> exceeding;
  double largest_excess = 0;
  for (std::size_t j = 0; j < static_cast<std::size_t>(input.problem.ball_columns); ++j) {
    const double weight = input.problem.weights[j];
    if (!penalised(weight)) continue;
    const double excess = scale * size_of_correlation(input, j) - weight * penalty.slope;
    if (excess <= 0) continue;
    exceeding.push_back({excess, weight});
    largest_excess = std::max(largest_excess, excess);
  }
  if (exceeding.empty()) return {};
  const auto derivative = [&](double nu) {
    double sum = input.problem.kappa;
    for (const auto& [excess, weight] : exceeding) sum -= penalty.argument_above((excess - nu) / weight);
    return sum;
  };
  BallTerm best;
  if (!penalty.superlinear()) {
    best.nu = largest_excess;
  } else if (derivative(0) < 0) {
    double low = 0;
    double high = largest_excess;
    for (int step = 0; step < 60 && high - low > 1e-15 * high; ++step) {
      const double middle = 0.5 * (low + high);
      (derivative(middle) < 0 ? low : high) = middle;
    }
    best.nu = high;
  }
  if (best.nu > 0) best.value = input.problem.kappa * best.nu;
  if (penalty.superlinear()) {
    for (const auto& [excess, weight] : exceeding) {
      best.value += weight * penalty.conjugate_above((excess - best.nu) / weight);
    }
  }
  return best;
}

double outside_term(const Penalty& penalty, const GapInput& input, double scale) {
  if (!penalty.superlinear()) return 0;
  double sum = 0;
  for (std::size_t j = static_cast<std::size_t>(input.problem.ball_columns); j < input.v.size(); ++j) {
    const double weight = input.problem.weights[j];
    if (!penalised(weight)) continue;
    const double excess = scale * size_of_correlation(input, j) - weight * penalty.slope;
    if (excess > 0) sum += weight * penalty.conjugate_above(excess / weight);
  }
  return sum;
}

}  // namespace

Gap penalised_gap(const Penalty& penalty, const GapInput& input) {
  Gap gap;
  const double penalties = penalty_value(penalty, input);
  const double correlation = correlation_with_weights(input);
  gap.primal = 0.5 * (input.centred_norm2 + input.mean_norm2 + 2 * input.mean_dot) + penalties;
  double smallest = infinity;
  const auto consider = [&](double scale) {
    const BallTerm ball = ball_term(penalty, input, scale);
    const double distance2 =
        (1 - scale) * (1 - scale) * input.centred_norm2 + input.mean_norm2 + 2 * (1 - scale) * input.mean_dot;
    const double rounding = input.residual_rounding;
    const double more2 = rounding * (2 * std::sqrt(std::max(0.0, distance2)) + rounding);
    const double difference = 0.5 * (distance2 + more2) + penalties + outside_term(penalty, input, scale) +
                              ball.value - scale * correlation;
    if (difference < smallest) {
      smallest = difference;
      gap.nu = ball.nu;
    }
  };
  const double within_slopes = scale_into_slopes(penalty, input);
  consider(within_slopes);
  if (penalty.superlinear() && within_slopes < 1) consider(1);
  smallest = std::min(smallest, gap.primal);
  gap.dual = gap.primal - smallest;
  if (gap.primal != 0) gap.relative = std::max(0.0, smallest) / gap.primal;
  gap.exact = gap.primal > 0 && gap.primal <= 0.5 * input.resolution * input.resolution;
  return gap;
}

}  // namespace simplicit
