#include "solve/gram_row.hpp"
#include "solve/min_norm_row.hpp"
#include "solve/refined_dual.hpp"
#include <simplicit/base/timer.hpp>
#include <simplicit/solve/row_attempt.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace simplicit {
namespace {

// How closely stored numbers can be matched at all, relative to |z|.
double smallest_delta(Precision precision) {
  return precision == Precision::float32 ? 1e-6 : 1e-12;
}

// Rounding may leave a row a hair outside the ball.
void pull_into_ball(SparseRow& row, Index ball_columns, double kappa) {
  double norm = 0;
  for (std::size_t k = 0; k < row.columns.size() && row.columns[k] < ball_columns; ++k) {
    norm += std::abs(row.values[k]);
  }
  if (norm <= kappa) return;
  const double factor = kappa / norm;
  for (std::size_t k = 0; k < row.columns.size() && row.columns[k] < ball_columns; ++k)
    row.values[k] *= factor;
}

bool finite(const SparseRow& row) {
  return std::all_of(row.values.begin(), row.values.end(), [](double value) { return std::isfinite(value); });
}

SparseRow to_local(const SparseRow& row, const std::vector<int>& columns) {
  SparseRow local;
  for (std::size_t k = 0; k < row.columns.size(); ++k) {
    const auto found = std::lower_bound(columns.begin(), columns.end(), row.columns[k]);
    local.columns.push_back(static_cast<int>(found - columns.begin()));
    local.values.push_back(row.values[k]);
  }
  return local;
}

// What is left of double precision to aim with.
constexpr double smallest_margin = 1e-13;

// A residual short of its bound by a fraction `margin` costs margin |rho|^2 / lambda of the duality gap; this
// is the margin that costs a tenth of the tolerance.
double affordable_margin(const RowAttempt& attempt, double primal, double tolerance) {
  const double bound2 = attempt.delta * attempt.delta * attempt.target_norm2;
  return std::clamp(0.1 * tolerance * primal * attempt.lambda / bound2, smallest_margin, 0.1);
}

// What stands for "no norm, however large" in a file.
constexpr double any_norm = std::numeric_limits<double>::max();

// No w in the ball with a weighted norm below this outside it brings |rho| down to delta |z|: from theta =
// rho_c, z^T theta - w^T v >= |theta|^2-free bound (docs/theory.md).
double impossible_below(const RowAttempt& attempt, const GapInput& input) {
  double in_ball = 0;
  double outside = 0;
  for (std::size_t j = 0; j < input.v.size(); ++j) {
    const double weight = input.weights[j];
    if (!(weight > 0) || weight == infinity) continue;
    const double size = std::abs(input.v[j]) + input.rounding_of_correlation(j);
    if (static_cast<Index>(j) < input.ball_columns) {
      in_ball = std::max(in_ball, size);
    } else {
      outside = std::max(outside, size / weight);
    }
  }
  const double short_of = input.target_dot - input.target_dot_rounding - attempt.kappa * in_ball -
                          attempt.delta * std::sqrt(input.target_norm2 * input.centred_norm2);
  if (short_of <= 0) return 0;
  return outside > 0 ? std::min(short_of / outside, any_norm) : any_norm;
}

// Whether matching weights would be so much larger than the nearest ones that there are none to speak of.
// Weights of zero say nothing about how large matching ones would be, nor do weights far from the nearest.
bool hopeless(double impossible, double norm_of_nearest) {
  return norm_of_nearest > 0 && impossible > 100 * norm_of_nearest;
}

}  // namespace

double lambda_max_of(std::span<const double> c, std::span<const double> weights) {
  double largest = 0;
  for (std::size_t j = 0; j < c.size(); ++j) {
    if (weights[j] > 0 && weights[j] < infinity) largest = std::max(largest, std::abs(c[j]) / weights[j]);
  }
  return largest;
}

RowAttempt begin_attempt(const BlockSettings& settings, Index row, const RowSamples& samples,
                         double lambda_max) {
  RowAttempt attempt =
      begin_attempt(settings, row, samples.target_norm2(row), lambda_max, samples.phi().precision);
  finish_if_constant(attempt, samples);
  return attempt;
}

RowAttempt begin_attempt(const BlockSettings& settings, Index row, double target_norm2, double lambda_max,
                         Precision precision) {
  RowAttempt attempt;
  attempt.row = row;
  attempt.penalty_weights = &settings.weights(row);
  attempt.ball_columns = settings.ball_columns(row);
  attempt.kappa = settings.kappa;
  attempt.target_norm2 = target_norm2;
  attempt.result.row = row;
  const Objective& objective = objective_named(settings.objective.name);
  attempt.matches = objective.penalty == nullptr;
  if (attempt.matches) {
    attempt.delta = std::max(delta_of(settings.objective), smallest_delta(precision));
    attempt.margin = std::min(0.1, 0.01 * settings.tolerance / attempt.delta);
  } else {
    attempt.penalty = objective.penalty(settings.objective, lambda_max);
  }
  return attempt;
}

void finish_if_constant(RowAttempt& attempt, const RowSamples& samples) {
  if (!samples.is_constant(attempt.row)) return;
  SparseRow fit = samples.constant_fit(attempt.row);
  attempt.trivial = true;
  attempt.score = 0;
  attempt.result.columns = std::move(fit.columns);
  attempt.result.values = std::move(fit.values);
}

void solve_attempt(RowAttempt& attempt, const RowSamples* samples, const QuadraticRow& problem,
                   const std::vector<int>* columns, double tolerance, bool warm) {
  const Timer timer;
  GramRowSettings settings;
  settings.tolerance = tolerance;
  SparseRow start;
  if (warm) {
    start = samples != nullptr ? samples->shifted(attempt.row, attempt.w) : attempt.w;
    if (columns != nullptr) start = to_local(start, *columns);
  }
  if (attempt.matches) {
    settings.tolerance = std::min(tolerance, 0.5 * attempt.margin);
    const double bound = (1 - attempt.margin) * attempt.delta * std::sqrt(attempt.target_norm2);
    const double lambda = warm ? attempt.lambda : 0;
    MinNormOutcome outcome =
        solve_min_norm_row(problem, bound, settings, {std::move(start), lambda, attempt.nu});
    attempt.w = std::move(outcome.row);
    attempt.nu = outcome.nu;
    attempt.lambda = outcome.lambda;
    attempt.reached = outcome.reached;
    attempt.dual_row = std::move(outcome.dual_row);
    attempt.result.iterations += outcome.factorisations;
  } else {
    GramRowOutcome outcome = solve_gram_row(problem, attempt.penalty, settings, start, attempt.nu);
    attempt.w = std::move(outcome.row);
    attempt.nu = outcome.nu;
    attempt.result.iterations += outcome.factorisations;
  }
  if (columns != nullptr) {
    for (int& column : attempt.w.columns) column = (*columns)[static_cast<std::size_t>(column)];
    for (int& column : attempt.dual_row.columns) column = (*columns)[static_cast<std::size_t>(column)];
  }
  if (!finite(attempt.w)) attempt.w = {};  // its certificate will say how bad that is
  pull_into_ball(attempt.w, attempt.ball_columns, attempt.kappa);
  if (samples != nullptr) {
    attempt.w = samples->as_stored(attempt.row, std::move(attempt.w));
    if (!attempt.dual_row.columns.empty()) {
      attempt.dual_row = samples->as_stored(attempt.row, std::move(attempt.dual_row));
    }
  }
  attempt.result.seconds += timer.seconds();
}

namespace {

GapInput gap_input(const RowAttempt& attempt, const BlockResiduals& residuals, Index i, const Vector& v) {
  const auto k = static_cast<std::size_t>(i);
  GapInput input;
  input.row = &attempt.w;
  input.v = {v.data(), static_cast<std::size_t>(v.size())};
  input.weights = *attempt.penalty_weights;
  input.ball_columns = attempt.ball_columns;
  input.kappa = attempt.kappa;
  input.centred_norm2 = residuals.centred_norm2[k];
  input.mean_norm2 = residuals.mean_norm2[k];
  input.target_norm2 = attempt.target_norm2;
  input.target_dot = residuals.target_dot[k];
  input.feature_norms = residuals.feature_norms;
  input.correlation_rounding = residuals.correlation_rounding[k];
  input.residual_rounding = residuals.rounding[k];
  input.target_dot_rounding = residuals.target_dot_rounding[k];
  input.resolution = residuals.resolution[k];
  return input;
}

Gap gap_of(const RowAttempt& attempt, const GapInput& input) {
  return attempt.matches ? min_norm_gap(attempt.delta, input) : penalised_gap(attempt.penalty, input);
}

double relative_residual(const GapInput& input) {
  return std::sqrt((input.centred_norm2 + input.mean_norm2) / std::max(input.target_norm2, 1e-300));
}

// What was once proven about all weights that match stays proven.
void use_best_dual(RowAttempt& attempt, Gap& gap) {
  attempt.proven_norm = std::max(attempt.proven_norm, gap.dual);
  gap.dual = attempt.proven_norm;
  if (gap.primal > 0) gap.relative = std::max(0.0, gap.primal - gap.dual) / gap.primal;
}

GapInput gap_input(const RowAttempt& attempt, const RowSamples& samples, const DualPoint& point) {
  GapInput input;
  input.row = &attempt.w;
  input.v = {point.v.data(), static_cast<std::size_t>(point.v.size())};
  input.weights = *attempt.penalty_weights;
  input.ball_columns = attempt.ball_columns;
  input.kappa = attempt.kappa;
  input.centred_norm2 = point.norm2;
  input.mean_norm2 = point.difference_norm2;
  input.mean_dot = point.difference_dot;
  input.target_norm2 = attempt.target_norm2;
  // z = Phi w + theta + (rho - theta); the sum keeps digits that z^T theta would lose.
  input.target_dot = point.norm2 + point.difference_dot;
  const SparseRow shifted = samples.shifted(attempt.row, attempt.w);
  for (std::size_t k = 0; k < shifted.columns.size(); ++k) {
    const int j = shifted.columns[k];
    input.target_dot += shifted.values[k] * point.v[j];
    input.target_dot_rounding += std::abs(shifted.values[k]) * point.correlation_rounding *
                                 samples.feature_norms()[static_cast<std::size_t>(j)];
  }
  input.feature_norms = samples.feature_norms();
  input.correlation_rounding = point.correlation_rounding;
  input.residual_rounding = point.difference_rounding;
  return input;
}

// Keeps the present weights and their proof when they are the best so far. True when the row needs no more
// work.
bool keep_if_best(RowAttempt& attempt, const Gap& gap, double score, RowStatus status, double tolerance) {
  if (!std::isfinite(score)) return false;
  if (score < attempt.score) {
    attempt.score = score;
    attempt.result.columns = attempt.w.columns;
    attempt.result.values = attempt.w.values;
    attempt.result.primal = gap.primal;
    attempt.result.dual = gap.dual;
    attempt.result.relative_gap = gap.relative;
    attempt.result.relative_residual = attempt.residual;
    attempt.result.status = status;
    attempt.result.ball_active = attempt.nu > 0;
  }
  return attempt.score <= tolerance || attempt.result.status == RowStatus::infeasible;
}

bool misses_bound(const RowAttempt& attempt, double residual) {
  return attempt.matches && !(residual <= attempt.delta * (1 + 1e-9));
}

}  // namespace

double estimated_score(const RowAttempt& attempt, const BlockResiduals& residuals, Index i) {
  const Vector v = residuals.centred_correlations(i);
  const GapInput input = gap_input(attempt, residuals, i, v);
  const double residual = relative_residual(input);
  const Gap gap = gap_of(attempt, input);
  const double score = misses_bound(attempt, residual) ? 1 : gap.exact ? 0 : gap.relative;
  return std::isfinite(score) ? score : 1;
}

bool certify_attempt(RowAttempt& attempt, const BlockResiduals& residuals, Index i, double tolerance,
                     Reach reach) {
  ++attempt.result.rounds;
  const Vector v = residuals.centred_correlations(i);
  const GapInput input = gap_input(attempt, residuals, i, v);
  Gap gap = gap_of(attempt, input);
  if (attempt.matches) use_best_dual(attempt, gap);
  const double residual = relative_residual(input);
  double score = gap.exact ? 0 : gap.relative;
  RowStatus status = score <= tolerance ? RowStatus::solved : RowStatus::tolerance_missed;
  if (gap.exact && !(gap.relative <= tolerance)) status = RowStatus::exact_to_rounding;
  if (misses_bound(attempt, residual)) {
    // Not feasible: what remains is how near it came, and whether that can be proven to be a limit.
    score = 1 + residual / attempt.delta;
    status = RowStatus::tolerance_missed;
    attempt.impossible = std::max(attempt.impossible, impossible_below(attempt, input));
    const bool nearest = reach == Reach::all_features;
    if (attempt.impossible == any_norm || (nearest && hopeless(attempt.impossible, gap.primal))) {
      status = RowStatus::infeasible;
      gap.dual = attempt.impossible;
    }
    gap.relative = 1;
  }
  if (attempt.matches && attempt.lambda > 0) {
    attempt.margin = affordable_margin(attempt, gap.primal, tolerance);
  }
  attempt.residual = residual;
  return keep_if_best(attempt, gap, score, status, tolerance);
}

bool refine_certificate(RowAttempt& attempt, const RowSamples& samples, double tolerance) {
  if (attempt.matches && !(attempt.lambda > 0)) return false;
  const Timer timer;
  StationaryRow stationary;
  stationary.row = &attempt.w;
  stationary.penalty = attempt.matches ? l1_penalty(attempt.lambda) : attempt.penalty;
  stationary.weights = *attempt.penalty_weights;
  stationary.ball_columns = attempt.ball_columns;
  stationary.kappa = attempt.kappa;
  stationary.nu = attempt.nu;
  const std::optional<DualPoint> point = refined_dual(samples, attempt.row, stationary);
  attempt.result.seconds += timer.seconds();
  if (!point) return false;
  const GapInput input = gap_input(attempt, samples, *point);
  if (misses_bound(attempt, attempt.residual)) {
    attempt.impossible = std::max(attempt.impossible, impossible_below(attempt, input));
    return false;
  }
  Gap gap = gap_of(attempt, input);
  if (attempt.matches) use_best_dual(attempt, gap);
  const RowStatus status = gap.relative <= tolerance ? RowStatus::solved : RowStatus::tolerance_missed;
  return keep_if_best(attempt, gap, gap.relative, status, tolerance);
}

RowResult finish_attempt(RowAttempt& attempt, double tolerance) {
  if (attempt.score == infinity) {
    attempt.result.status = RowStatus::numerical_trouble;
    attempt.result.relative_gap = 1;
  } else if (attempt.score > tolerance && misses_bound(attempt, attempt.result.relative_residual) &&
             hopeless(attempt.impossible, attempt.result.primal)) {
    attempt.result.status = RowStatus::infeasible;
    attempt.result.dual = attempt.impossible;
  }
  return std::move(attempt.result);
}

namespace {

// The dual rows' own residuals, measured on the data like any: each bounds the norm of all weights that
// match.
void measure_dual_rows(const RowSamples& samples, const std::vector<RowAttempt*>& attempts) {
  std::vector<RowAttempt*> tight;
  std::vector<Index> columns;
  std::vector<SparseRow> rows;
  for (RowAttempt* attempt : attempts) {
    if (attempt->dual_row.columns.empty()) continue;
    tight.push_back(attempt);
    columns.push_back(attempt->row);
    rows.push_back(std::exchange(attempt->dual_row, {}));
  }
  if (tight.empty()) return;
  const BlockResiduals residuals = block_residuals(samples, columns, rows);
  for (std::size_t k = 0; k < tight.size(); ++k) {
    RowAttempt& attempt = *tight[k];
    const Vector v = residuals.centred_correlations(static_cast<Index>(k));
    const Gap gap = gap_of(attempt, gap_input(attempt, residuals, static_cast<Index>(k), v));
    if (std::isfinite(gap.dual)) attempt.proven_norm = std::max(attempt.proven_norm, gap.dual);
  }
}

}  // namespace

BlockResiduals measure(const RowSamples& samples, const std::vector<RowAttempt*>& attempts) {
  std::vector<Index> columns;
  std::vector<SparseRow> rows;
  for (const RowAttempt* attempt : attempts) {
    columns.push_back(attempt->row);
    rows.push_back(attempt->w);
  }
  measure_dual_rows(samples, attempts);
  return block_residuals(samples, columns, rows);
}

}  // namespace simplicit
