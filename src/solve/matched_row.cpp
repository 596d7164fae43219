#include "solve/min_norm_row.hpp"
#include "solve/row_aims.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace simplicit {
namespace {

// What is left of double precision to aim with.
constexpr double smallest_margin = 1e-13;

// A residual short of its bound by a fraction `margin` costs margin |rho|^2 / lambda of the duality gap; this
// is the margin that costs a tenth of the tolerance.
double affordable_margin(const MatchedRow& aim, double target_norm2, double primal, double tolerance) {
  const double bound2 = aim.delta * aim.delta * target_norm2;
  return std::clamp(0.1 * tolerance * primal * aim.lambda / bound2, smallest_margin, 0.1);
}

// What stands for "no norm, however large" in a file.
constexpr double any_norm = std::numeric_limits<double>::max();

// No w in the ball with a weighted norm below this outside it brings |rho| down to delta |z|: from theta =
// rho_c, z^T theta - w^T v >= |theta|^2-free bound (docs/theory.md).
double impossible_below(const MatchedRow& aim, const GapInput& input) {
  double in_ball = 0;
  double outside = 0;
  for (std::size_t j = 0; j < input.v.size(); ++j) {
    const double weight = input.problem.weights[j];
    if (!(weight > 0) || weight == infinity) continue;
    const double size = std::abs(input.v[j]) + input.rounding_of_correlation(j);
    if (static_cast<Index>(j) < input.problem.ball_columns) {
      in_ball = std::max(in_ball, size);
    } else {
      outside = std::max(outside, size / weight);
    }
  }
  const double short_of = input.target_dot - input.target_dot_rounding - input.problem.kappa * in_ball -
                          aim.delta * std::sqrt(input.problem.target_norm2 * input.centred_norm2);
  if (short_of <= 0) return 0;
  return outside > 0 ? std::min(short_of / outside, any_norm) : any_norm;
}

// Whether matching weights would be so much larger than the nearest ones that there are none to speak of.
// Weights of zero say nothing about how large matching ones would be, nor do weights far from the nearest.
bool hopeless(double impossible, double norm_of_nearest) {
  return norm_of_nearest > 0 && impossible > 100 * norm_of_nearest;
}

// What was once proven about all weights that match stays proven.
void use_best_dual(MatchedRow& aim, Gap& gap) {
  aim.proven_norm = std::max(aim.proven_norm, gap.dual);
  gap.dual = aim.proven_norm;
  if (gap.primal > 0) gap.relative = std::max(0.0, gap.primal - gap.dual) / gap.primal;
}

}  // namespace

FoundWeights find_weights(MatchedRow& aim, const QuadraticRow& problem, double tolerance,
                          const SparseRow& start, double nu, bool warm) {
  GramRowSettings settings;
  settings.tolerance = std::min(tolerance, 0.5 * aim.margin);
  const double bound = (1 - aim.margin) * aim.delta * std::sqrt(problem.row.target_norm2);
  const double lambda = warm ? aim.lambda : 0;
  MinNormOutcome outcome = solve_min_norm_row(problem, bound, settings, {start, lambda, nu});
  aim.lambda = outcome.lambda;
  aim.reached = outcome.reached;
  aim.dual_row = std::move(outcome.dual_row);
  return {std::move(outcome.row), outcome.nu, outcome.factorisations};
}

Gap gap_of(const MatchedRow& aim, const GapInput& input) {
  return min_norm_gap(aim.delta, input);
}

bool misses_bound(const MatchedRow& aim, double residual) {
  return !(residual <= aim.delta * (1 + 1e-9));
}

Verdict judge(MatchedRow& aim, const GapInput& input, double residual, double tolerance, Reach reach) {
  Verdict verdict;
  Gap& gap = verdict.gap;
  gap = gap_of(aim, input);
  use_best_dual(aim, gap);
  verdict.score = gap.relative;
  verdict.status = gap.relative <= tolerance ? RowStatus::solved : RowStatus::tolerance_missed;
  if (misses_bound(aim, residual)) {
    // Not feasible: what remains is how near it came, and whether that can be proven to be a limit.
    verdict.score = 1 + residual / aim.delta;
    verdict.status = RowStatus::tolerance_missed;
    aim.impossible = std::max(aim.impossible, impossible_below(aim, input));
    const bool nearest = reach == Reach::all_features;
    if (aim.impossible == any_norm || (nearest && hopeless(aim.impossible, gap.primal))) {
      verdict.status = RowStatus::infeasible;
      gap.dual = aim.impossible;
    }
    gap.relative = 1;
  }
  if (aim.lambda > 0) {
    aim.margin = affordable_margin(aim, input.problem.target_norm2, gap.primal, tolerance);
  }
  return verdict;
}

std::optional<Penalty> penalty_at_minimum(const MatchedRow& aim) {
  if (!(aim.lambda > 0)) return {};
  return l1_penalty(aim.lambda);
}

std::optional<Gap> refined_gap(MatchedRow& aim, const GapInput& input, double residual) {
  if (misses_bound(aim, residual)) {
    aim.impossible = std::max(aim.impossible, impossible_below(aim, input));
    return {};
  }
  Gap gap = gap_of(aim, input);
  use_best_dual(aim, gap);
  return gap;
}

void settle_status(const MatchedRow& aim, double score, double tolerance, RowResult& result) {
  const bool lost = score > tolerance && misses_bound(aim, result.relative_residual);
  if (!lost || !hopeless(aim.impossible, result.primal)) return;
  result.status = RowStatus::infeasible;
  result.dual = aim.impossible;
}

double search_slope(const MatchedRow& aim, double lambda_max) {
  return aim.lambda > 0 ? aim.lambda : lambda_max / 10;
}

bool ended_short(const MatchedRow& aim) {
  return aim.lambda > 0 && !aim.reached;
}

}  // namespace simplicit
