#include "certify/correlation.hpp"
#include <simplicit/certify/certificate.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace simplicit {
namespace {

// The largest t with t |v_j| <= weight_j outside the ball.
double largest_scale(const GapInput& input) {
  double scale = infinity;
  for (auto j = static_cast<std::size_t>(input.problem.ball_columns); j < input.v.size(); ++j) {
    const double size = size_of_correlation(input, j);
    if (penalised(input.problem.weights[j]) && size != 0)
      scale = std::min(scale, input.problem.weights[j] / size);
  }
  return scale;
}

// D(t) is the smallest of these lines over t >= 0: without the ball's term, and with that of each column of
// it.
struct Line {
  double slope = 0;
  double offset = 0;
  double nu_slope = 0;  // nu(t) = nu_slope t - nu_offset
  double nu_offset = 0;

  [[nodiscard]] double at(double t) const { return slope * t + offset; }
};

std::vector<Line> lines_of(const GapInput& input, double slope) {
  std::vector<Line> lines{{slope, 0, 0, 0}};
  for (std::size_t j = 0; j < static_cast<std::size_t>(input.problem.ball_columns); ++j) {
    if (!penalised(input.problem.weights[j])) continue;
    const double size = size_of_correlation(input, j);
    lines.push_back({slope - input.problem.kappa * size, input.problem.kappa * input.problem.weights[j], size,
                     input.problem.weights[j]});
  }
  return lines;
}

const Line& lowest_at(const std::vector<Line>& lines, double t) {
  return *std::min_element(lines.begin(), lines.end(),
                           [t](const Line& a, const Line& b) { return a.at(t) < b.at(t); });
}

// Where the smallest of the lines is largest on 0 <= t <= `most`: the crossing of a rising and a falling
// line, each replaced by the lowest line there until none is lower.
double best_scale(const std::vector<Line>& lines, double most) {
  Line rising = lines.front();
  if (!(rising.slope > 0)) return 0;
  Line falling = most < infinity
                     ? lowest_at(lines, most)
                     : *std::min_element(lines.begin(), lines.end(),
                                         [](const Line& a, const Line& b) { return a.slope < b.slope; });
  if (falling.slope >= 0) return most;
  double t = most;
  for (std::size_t step = 0; step < lines.size(); ++step) {
    t = (falling.offset - rising.offset) / (rising.slope - falling.slope);
    const Line& lowest = lowest_at(lines, t);
    if (!(lowest.at(t) < falling.at(t)) || !(lowest.at(t) < rising.at(t))) break;
    (lowest.slope < 0 ? falling : rising) = lowest;
  }
  return t;
}

}  // namespace

Gap min_norm_gap(double delta, const GapInput& input) {
  Gap gap;
  for (std::size_t k = 0; k < input.row->columns.size(); ++k) {
    const double weight = input.problem.weights[static_cast<std::size_t>(input.row->columns[k])];
    if (weight > 0) gap.primal += weight * std::abs(input.row->values[k]);
  }
  const double slope = input.target_dot - input.target_dot_rounding -
                       delta * std::sqrt(input.problem.target_norm2 * input.centred_norm2);
  const std::vector<Line> lines = lines_of(input, slope);
  const double t = best_scale(lines, largest_scale(input));
  if (t == infinity) {
    gap.dual = std::numeric_limits<double>::max();
  } else if (t > 0) {
    const Line& lowest = lowest_at(lines, t);
    gap.dual = std::max(0.0, lowest.at(t));
    gap.nu = std::max(0.0, lowest.nu_slope * t - lowest.nu_offset);
  }
  if (gap.primal > 0) gap.relative = std::max(0.0, gap.primal - gap.dual) / gap.primal;
  return gap;
}

}  // namespace simplicit
