#include "solve/refined_dual.hpp"
#include "solve/row_aims.hpp"
#include <simplicit/base/timer.hpp>
#include <simplicit/solve/row_attempt.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace simplicit {
namespace {

// How closely stored numbers can be matched at all, relative to |z|.
double smallest_delta(Precision precision) {
  return precision == Precision::float32 ? 1e-6 : 1e-12;
}

// Rounding may leave a row a hair outside the ball.
void pull_into_ball(SparseRow& row, const RowProblem& problem) {
  double norm = 0;
  for (std::size_t k = 0; k < row.columns.size() && row.columns[k] < problem.ball_columns; ++k) {
    norm += std::abs(row.values[k]);
  }
  if (norm <= problem.kappa) return;
  const double factor = problem.kappa / norm;
  for (std::size_t k = 0; k < row.columns.size() && row.columns[k] < problem.ball_columns; ++k)
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

void to_global(SparseRow& row, const std::vector<int>& columns) {
  for (int& column : row.columns) column = columns[static_cast<std::size_t>(column)];
}

MatchedRow matched_row(const BlockSettings& settings, Precision precision) {
  MatchedRow aim;
  aim.delta = std::max(delta_of(settings.objective), smallest_delta(precision));
  aim.margin = std::min(0.1, 0.01 * settings.tolerance / aim.delta);
  return aim;
}

GapInput gap_input(const RowAttempt& attempt, const BlockResiduals& residuals, Index i, const Vector& v) {
  const auto k = static_cast<std::size_t>(i);
  GapInput input;
  input.problem = attempt.problem;
  input.row = &attempt.w;
  input.v = {v.data(), static_cast<std::size_t>(v.size())};
  input.centred_norm2 = residuals.centred_norm2[k];
  input.mean_norm2 = residuals.mean_norm2[k];
  input.target_dot = residuals.target_dot[k];
  input.feature_norms = residuals.feature_norms;
  input.correlation_rounding = residuals.correlation_rounding[k];
  input.residual_rounding = residuals.rounding[k];
  input.target_dot_rounding = residuals.target_dot_rounding[k];
  input.resolution = residuals.resolution[k];
  return input;
}

GapInput gap_input(const RowAttempt& attempt, const RowSamples& samples, const DualPoint& point) {
  GapInput input;
  input.problem = attempt.problem;
  input.row = &attempt.w;
  input.v = {point.v.data(), static_cast<std::size_t>(point.v.size())};
  input.centred_norm2 = point.norm2;
  input.mean_norm2 = point.difference_norm2;
  input.mean_dot = point.difference_dot;
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

double relative_residual(const GapInput& input) {
  return std::sqrt((input.centred_norm2 + input.mean_norm2) / std::max(input.problem.target_norm2, 1e-300));
}

// Keeps the present weights and their proof when they are the best so far. True when the row needs no more
// work.
bool keep_if_best(RowAttempt& attempt, const Verdict& verdict, double tolerance) {
  if (!std::isfinite(verdict.score)) return false;
  if (verdict.score < attempt.score) {
    attempt.score = verdict.score;
    attempt.result.columns = attempt.w.columns;
    attempt.result.values = attempt.w.values;
    attempt.result.primal = verdict.gap.primal;
    attempt.result.dual = verdict.gap.dual;
    attempt.result.relative_gap = verdict.gap.relative;
    attempt.result.relative_residual = attempt.residual;
    attempt.result.status = verdict.status;
    attempt.result.ball_active = attempt.nu > 0;
  }
  return attempt.score <= tolerance || attempt.result.status == RowStatus::infeasible;
}

// The dual rows' own residuals, measured on the data like any: each bounds the norm of all weights that
// match.
void measure_dual_rows(const RowSamples& samples, const std::vector<RowAttempt*>& attempts) {
  std::vector<Index> columns;
  std::vector<SparseRow> rows;
  std::vector<std::pair<RowAttempt*, MatchedRow*>> with_dual_row;
  for (RowAttempt* attempt : attempts) {
    auto* matched = std::get_if<MatchedRow>(&attempt->aim);
    if (matched == nullptr || matched->dual_row.columns.empty()) continue;
    with_dual_row.emplace_back(attempt, matched);
    columns.push_back(attempt->row);
    rows.push_back(std::exchange(matched->dual_row, {}));
  }
  if (with_dual_row.empty()) return;
  const BlockResiduals residuals = block_residuals(samples, columns, rows);
  for (std::size_t k = 0; k < with_dual_row.size(); ++k) {
    const auto& [attempt, matched] = with_dual_row[k];
    const Vector v = residuals.centred_correlations(static_cast<Index>(k));
    const Gap gap = gap_of(*matched, gap_input(*attempt, residuals, static_cast<Index>(k), v));
    if (std::isfinite(gap.dual)) matched->proven_norm = std::max(matched->proven_norm, gap.dual);
  }
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
  attempt.problem = settings.problem(row, target_norm2);
  attempt.result.row = row;
  const Objective& objective = objective_named(settings.objective.name);
  if (objective.penalty == nullptr) {
    attempt.aim = matched_row(settings, precision);
  } else {
    attempt.aim = PenalisedRow{objective.penalty(settings.objective, lambda_max)};
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
  SparseRow start;
  if (warm) {
    start = samples != nullptr ? samples->shifted(attempt.row, attempt.w) : attempt.w;
    if (columns != nullptr) start = to_local(start, *columns);
  }
  FoundWeights found = std::visit(
      [&](auto& aim) { return find_weights(aim, problem, tolerance, start, attempt.nu, warm); }, attempt.aim);
  attempt.w = std::move(found.w);
  attempt.nu = found.nu;
  attempt.result.iterations += found.factorisations;
  auto* matched = std::get_if<MatchedRow>(&attempt.aim);
  if (columns != nullptr) {
    to_global(attempt.w, *columns);
    if (matched != nullptr) to_global(matched->dual_row, *columns);
  }
  if (!finite(attempt.w)) attempt.w = {};  // its certificate will say how bad that is
  pull_into_ball(attempt.w, attempt.problem);
  if (samples != nullptr) {
    attempt.w = samples->as_stored(attempt.row, std::move(attempt.w));
    if (matched != nullptr && !matched->dual_row.columns.empty()) {
      matched->dual_row = samples->as_stored(attempt.row, std::move(matched->dual_row));
    }
  }
  attempt.result.seconds += timer.seconds();
}

double estimated_score(const RowAttempt& attempt, const BlockResiduals& residuals, Index i) {
  const Vector v = residuals.centred_correlations(i);
  const GapInput input = gap_input(attempt, residuals, i, v);
  const double residual = relative_residual(input);
  const double score = std::visit(
      [&](const auto& aim) {
        const Gap gap = gap_of(aim, input);
        return misses_bound(aim, residual) ? 1.0 : gap.exact ? 0.0 : gap.relative;
      },
      attempt.aim);
  return std::isfinite(score) ? score : 1;
}

bool certify_attempt(RowAttempt& attempt, const BlockResiduals& residuals, Index i, double tolerance,
                     Reach reach) {
  ++attempt.result.rounds;
  const Vector v = residuals.centred_correlations(i);
  const GapInput input = gap_input(attempt, residuals, i, v);
  attempt.residual = relative_residual(input);
  const Verdict verdict = std::visit(
      [&](auto& aim) { return judge(aim, input, attempt.residual, tolerance, reach); }, attempt.aim);
  return keep_if_best(attempt, verdict, tolerance);
}

bool refine_certificate(RowAttempt& attempt, const RowSamples& samples, double tolerance) {
  const std::optional<Penalty> penalty =
      std::visit([](const auto& aim) { return penalty_at_minimum(aim); }, attempt.aim);
  if (!penalty) return false;
  const Timer timer;
  const std::optional<DualPoint> point =
      refined_dual(samples, attempt.row, {attempt.problem, *penalty, &attempt.w, attempt.nu});
  attempt.result.seconds += timer.seconds();
  if (!point) return false;
  const GapInput input = gap_input(attempt, samples, *point);
  const std::optional<Gap> gap =
      std::visit([&](auto& aim) { return refined_gap(aim, input, attempt.residual); }, attempt.aim);
  if (!gap) return false;
  const RowStatus status = gap->relative <= tolerance ? RowStatus::solved : RowStatus::tolerance_missed;
  return keep_if_best(attempt, {*gap, gap->relative, status}, tolerance);
}

RowResult finish_attempt(RowAttempt& attempt, double tolerance) {
  if (attempt.score == infinity) {
    attempt.result.status = RowStatus::numerical_trouble;
    attempt.result.relative_gap = 1;
  } else {
    std::visit([&](const auto& aim) { settle_status(aim, attempt.score, tolerance, attempt.result); },
               attempt.aim);
  }
  return std::move(attempt.result);
}

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
