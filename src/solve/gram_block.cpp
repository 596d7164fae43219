#include <simplicit/base/timer.hpp>
#include <simplicit/certify/block_residuals.hpp>
#include <simplicit/linalg/blas.hpp>
#include <simplicit/solve/gram_block.hpp>
#include <simplicit/solve/gram_row.hpp>

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

constexpr int most_corrections = 4;
// The solver aims below the tolerance, so that what G's rounding hides still fits.
constexpr double aim = 0.05;

// One row on its way: its problem, the best weights so far and their certificate.
struct Attempt {
  Index row = 0;
  std::vector<double> r;
  QuadraticRow problem;
  Penalty penalty;
  SparseRow weights;
  Gap gap;
  bool certified = false;
  RowResult result;
};

double lambda_max(const Gram& gram, std::span<const double> r, std::span<const double> weights, bool bias) {
  const Index d = gram.g().dimension;
  const double* feature_sums = gram.g().column(d - 1);
  const double mean = bias ? r[static_cast<std::size_t>(d - 1)] / feature_sums[d - 1] : 0;
  double largest = 0;
  for (Index j = 0; j < d; ++j) {
    const double weight = weights[static_cast<std::size_t>(j)];
    if (weight <= 0 || weight == infinity) continue;
    const double correlation = r[static_cast<std::size_t>(j)] - (bias ? mean * feature_sums[j] : 0);
    largest = std::max(largest, std::abs(correlation) / weight);
  }
  return largest;
}

// Rounding may leave a row a hair outside the ball.
void pull_into_ball(SparseRow& row, Index ball_columns, double kappa) {
  double norm = 0;
  for (std::size_t k = 0; k < row.columns.size() && row.columns[k] < ball_columns; ++k)
    norm += std::abs(row.values[k]);
  if (norm <= kappa) return;
  const double factor = kappa / norm;
  for (std::size_t k = 0; k < row.columns.size() && row.columns[k] < ball_columns; ++k)
    row.values[k] *= factor;
}

Attempt begin(const Gram& gram, const BlockSettings& settings, Index row) {
  Attempt attempt;
  attempt.row = row;
  const std::span<const double> r = gram.r(row);
  const std::vector<double>& weights = settings.weights(row);
  attempt.r.assign(r.begin(), r.end());
  attempt.problem.gram = gram.g();
  attempt.problem.weights = weights;
  attempt.problem.ball_columns = settings.ball_columns(row);
  attempt.problem.kappa = settings.kappa;
  const Objective& objective = objective_named(settings.objective.name);
  attempt.penalty = objective.penalty(settings.objective, lambda_max(gram, r, weights, settings.bias));
  attempt.result.row = row;
  return attempt;
}

void solve(Attempt& attempt, const BlockSettings& settings, double aim_at, const SparseRow& warm) {
  const Timer timer;
  attempt.problem.r = attempt.r;
  GramRowSettings row_settings;
  row_settings.tolerance = aim_at;
  GramRowOutcome outcome = solve_gram_row(attempt.problem, attempt.penalty, row_settings, warm);
  pull_into_ball(outcome.row, attempt.problem.ball_columns, settings.kappa);
  attempt.weights = std::move(outcome.row);
  attempt.result.iterations += outcome.factorisations;
  attempt.result.ball_active = outcome.nu > 0;
  attempt.result.seconds += timer.seconds();
}

bool finite(const SparseRow& row) {
  return std::all_of(row.values.begin(), row.values.end(), [](double value) { return std::isfinite(value); });
}

Gap certificate(const Attempt& attempt, const BlockResiduals& residuals, Index i) {
  const auto k = static_cast<std::size_t>(i);
  const Vector v = residuals.centred_correlations(i);
  GapInput input;
  input.row = &attempt.weights;
  input.v = {v.data(), static_cast<std::size_t>(v.size())};
  input.weights = attempt.problem.weights;
  input.ball_columns = attempt.problem.ball_columns;
  input.kappa = attempt.problem.kappa;
  input.centred_norm2 = residuals.centred_norm2[k];
  input.mean_norm2 = residuals.mean_norm2[k];
  input.target_norm2 = residuals.target_norm2[k];
  return penalised_gap(attempt.penalty, input);
}

void keep_if_better(Attempt& attempt, const Gap& gap) {
  if (attempt.certified && !(gap.relative < attempt.gap.relative)) return;
  attempt.gap = gap;
  attempt.certified = true;
  attempt.result.columns = attempt.weights.columns;
  attempt.result.values = attempt.weights.values;
}

// r <- Phi^T rho + G w: then r - G w is what the data say, and the next solve corrects what rounding in G
// left.
void correct(Attempt& attempt, const BlockResiduals& residuals, Index i) {
  const GramView& g = attempt.problem.gram;
  for (Index j = 0; j < g.dimension; ++j)
    attempt.r[static_cast<std::size_t>(j)] = residuals.correlations(j, i);
  for (std::size_t k = 0; k < attempt.weights.columns.size(); ++k) {
    blas::axpy(g.dimension, attempt.weights.values[k], g.column(attempt.weights.columns[k]),
               attempt.r.data());
  }
}

BlockResiduals measure(const StateStore& store, const BlockSettings& settings,
                       const std::vector<Attempt*>& attempts) {
  std::vector<Index> columns;
  std::vector<SparseRow> rows;
  for (const Attempt* attempt : attempts) {
    columns.push_back(attempt->row);
    rows.push_back(attempt->weights);
  }
  return block_residuals(store.phi(), store.targets(), settings.bias, columns, rows, settings.width);
}

RowResult finish(Attempt& attempt, double tolerance) {
  RowResult result = std::move(attempt.result);
  result.primal = attempt.gap.primal;
  result.dual = attempt.gap.dual;
  result.relative_gap = attempt.gap.relative;
  if (!std::isfinite(attempt.gap.primal) || !std::isfinite(attempt.gap.dual)) {
    result.status = RowStatus::numerical_trouble;
  } else {
    result.status = attempt.gap.relative <= tolerance ? RowStatus::solved : RowStatus::tolerance_missed;
  }
  return result;
}

}  // namespace

std::vector<RowResult> solve_gram_block(const Gram& gram, const StateStore& store,
                                        const BlockSettings& settings, std::span<const Index> rows,
                                        const WarmStart& warm) {
  std::vector<Attempt> attempts;
  attempts.reserve(rows.size());
  std::vector<Attempt*> open;
  for (const Index row : rows) {
    attempts.push_back(begin(gram, settings, row));
    open.push_back(&attempts.back());
    solve(attempts.back(), settings, aim * settings.tolerance, warm ? warm(row) : SparseRow{});
    if (!finite(attempts.back().weights)) attempts.back().weights = {};
  }
  for (int correction = 0; !open.empty(); ++correction) {
    const Timer timer;
    const BlockResiduals residuals = measure(store, settings, open);
    const double seconds_each = timer.seconds() / static_cast<double>(open.size());
    std::vector<Attempt*> short_of_tolerance;
    for (std::size_t i = 0; i < open.size(); ++i) {
      Attempt& attempt = *open[i];
      attempt.result.seconds += seconds_each;
      keep_if_better(attempt, certificate(attempt, residuals, static_cast<Index>(i)));
      if (attempt.gap.relative <= settings.tolerance || correction == most_corrections) continue;
      correct(attempt, residuals, static_cast<Index>(i));
      solve(attempt, settings, 1e-3 * aim * settings.tolerance, attempt.weights);
      if (finite(attempt.weights)) short_of_tolerance.push_back(&attempt);
    }
    open = std::move(short_of_tolerance);
  }
  std::vector<RowResult> results;
  results.reserve(attempts.size());
  for (Attempt& attempt : attempts) results.push_back(finish(attempt, settings.tolerance));
  return results;
}

}  // namespace simplicit
