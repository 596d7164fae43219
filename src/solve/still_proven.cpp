#include "solve/refit_row.hpp"
#include <simplicit/solve/row_attempt.hpp>
#include <simplicit/solve/still_proven.hpp>

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

// Objectives may differ by this part, gaps by this much more: sums were taken in another order.
constexpr double objective_slack = 1e-9;
constexpr double gap_slack = 1e-10;
constexpr double ball_slack = 1e-12;

// Each row's own lambda_max, from the samples.
std::vector<double> lambda_max_of_rows(const RowSamples& samples, const BlockSettings& settings,
                                       std::span<const Index> rows) {
  std::vector<SparseRow> zero;
  for (const Index row : rows) zero.push_back(samples.as_stored(row, {}));
  const BlockResiduals residuals = block_residuals(samples, rows, zero);
  std::vector<double> lambda_max;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Vector c = residuals.centred_correlations(static_cast<Index>(i));
    lambda_max.push_back(
        lambda_max_of({c.data(), static_cast<std::size_t>(c.size())}, settings.weights(rows[i])));
  }
  return lambda_max;
}

bool allowed(const RowAttempt& attempt) {
  double norm = 0;
  for (std::size_t k = 0; k < attempt.w.columns.size(); ++k) {
    const int column = attempt.w.columns[k];
    if (attempt.problem.weights[static_cast<std::size_t>(column)] == infinity) return false;
    if (column < attempt.problem.ball_columns) norm += std::abs(attempt.w.values[k]);
  }
  return norm <= attempt.problem.kappa * (1 + ball_slack);
}

bool repeats(const RowResult& stored, const RowResult& measured, double tolerance) {
  const bool same_objective = std::abs(stored.primal - measured.primal) <= objective_slack * measured.primal;
  const bool as_small = measured.relative_gap <= 2 * stored.relative_gap + gap_slack;
  switch (stored.status) {
    case RowStatus::solved:
      if (std::abs(stored.primal - stored.dual - stored.relative_gap * stored.primal) >
          objective_slack * stored.primal) {
        return false;
      }
      return same_objective && as_small && measured.relative_gap <= tolerance;
    case RowStatus::tolerance_missed:
      return same_objective && as_small;
    case RowStatus::exact_to_rounding:
      return measured.status == RowStatus::exact_to_rounding;
    default:
      return false;
  }
}

bool proven(RowAttempt& attempt, const RowSamples& samples, const BlockResiduals& residuals, Index i,
            const RowResult& stored, double tolerance) {
  if (!allowed(attempt)) return false;
  if (attempt.trivial) {
    return stored.columns == attempt.result.columns && stored.values == attempt.result.values &&
           stored.status == RowStatus::solved;
  }
  (void)certify_attempt(attempt, residuals, i, tolerance);
  if (repeats(stored, attempt.result, tolerance)) return true;
  (void)refine_certificate(attempt, samples, tolerance);
  return repeats(stored, attempt.result, tolerance);
}

bool all_proven(std::vector<RowAttempt>& attempts, const RowSamples& samples, std::span<const RowResult> rows,
                double tolerance) {
  std::vector<RowAttempt*> measured;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    attempts[i].w = {rows[i].columns, rows[i].values};
    measured.push_back(&attempts[i]);
  }
  const BlockResiduals residuals = measure(samples, measured);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!proven(attempts[i], samples, residuals, static_cast<Index>(i), rows[i], tolerance)) return false;
  }
  return true;
}

std::vector<Index> indices_of(std::span<const RowResult> rows) {
  std::vector<Index> indices;
  for (const RowResult& row : rows) indices.push_back(row.row);
  return indices;
}

}  // namespace

bool still_proven(const RowSamples& samples, const BlockSettings& settings, std::span<const RowResult> rows) {
  const std::vector<Index> indices = indices_of(rows);
  const std::vector<double> lambda_max = lambda_max_of_rows(samples, settings, indices);
  std::vector<RowAttempt> attempts;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    attempts.push_back(begin_attempt(settings, indices[i], samples, lambda_max[i]));
  }
  return all_proven(attempts, samples, rows, settings.tolerance);
}

bool still_proven(const RowSamples& samples, const BlockSettings& settings, std::span<const RowResult> rows,
                  const Supports& supports) {
  std::vector<RefitRow> refits;
  for (const RowResult& row : rows) {
    refits.push_back(refit_row(samples, settings, row.row, supports[static_cast<std::size_t>(row.row)]));
  }
  std::vector<RowAttempt> attempts;
  for (const RefitRow& refit : refits) attempts.push_back(attempt_of(refit, samples, settings));
  return all_proven(attempts, samples, rows, settings.tolerance);
}

}  // namespace simplicit
