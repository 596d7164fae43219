#include "solve/refit_row.hpp"
#include <simplicit/base/timer.hpp>
#include <simplicit/solve/refit_block.hpp>

namespace simplicit {
namespace {

constexpr int most_corrections = 6;
// The solver aims below the tolerance, corrections lower still.
constexpr double aim = 0.05;
constexpr double aim_of_corrections = 1e-3;

// A row and its problem in G_SS, in the numbering of its support.
struct RefitAttempt {
  RefitRow refit;
  RowAttempt row;
  std::vector<double> gram;      // (k x k)
  std::vector<double> r;         // (k)
  std::vector<double> measured;  // (k) what reference.c points to after a correction
  QuadraticRow problem;
};

void gather_gram(const GramView& g, const std::vector<int>& support, std::vector<double>& out) {
  const std::size_t k = support.size();
  out.resize(k * k);
  for (std::size_t j = 0; j < k; ++j) {
    const double* column = g.column(support[j]);
    for (std::size_t i = 0; i < k; ++i) out[j * k + i] = column[support[i]];
  }
}

void begin(RefitAttempt& attempt, const Gram& gram, const RowSamples& samples, const BlockSettings& settings,
           Index row, const std::vector<int>& support) {
  attempt.refit = refit_row(samples, settings, row, support);
  attempt.row = attempt_of(attempt.refit, samples, settings);
  const std::vector<int>& columns = attempt.refit.support;
  gather_gram(gram.g(), columns, attempt.gram);
  const auto k = static_cast<Index>(columns.size());
  for (const int column : columns) {
    attempt.r.push_back(gram.r(row)[static_cast<std::size_t>(column)]);
    if (column < settings.ball_columns(row)) ++attempt.problem.ball_columns;
  }
  attempt.problem.gram = {attempt.gram.data(), k, k};
  attempt.problem.reference.c = attempt.r;
  const double norm = samples.shifted_target_norm(row);
  attempt.problem.reference.norm2 = norm * norm;
  attempt.problem.weights = attempt.refit.weights;
  attempt.problem.target_norm2 = samples.target_norm2(row);
  attempt.problem.kappa = settings.kappa;
  attempt.problem.should_stop = &settings.should_stop;
}

// The next solve starts from what the data say at the present weights.
void correct(RefitAttempt& attempt, const RowSamples& samples, const BlockResiduals& residuals, Index i) {
  attempt.measured.clear();
  for (const int column : attempt.refit.support)
    attempt.measured.push_back(residuals.correlations(column, i));
  ReferencePoint& reference = attempt.problem.reference;
  const SparseRow w = samples.shifted(attempt.row.row, attempt.row.w);
  reference.weights = {};
  std::size_t next = 0;
  for (std::size_t j = 0; j < attempt.refit.support.size() && next < w.columns.size(); ++j) {
    if (attempt.refit.support[j] != w.columns[next]) continue;
    reference.weights.columns.push_back(static_cast<int>(j));
    reference.weights.values.push_back(w.values[next++]);
  }
  reference.c = attempt.measured;
  const auto k = static_cast<std::size_t>(i);
  reference.norm2 = residuals.centred_norm2[k] + residuals.mean_norm2[k];
}

}  // namespace

std::vector<RowResult> solve_refit_block(const Gram& gram, const RowSamples& samples,
                                         const BlockSettings& settings, std::span<const Index> rows,
                                         const Supports& supports) {
  std::vector<RefitAttempt> attempts(rows.size());
  std::vector<RefitAttempt*> open;
  open.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    RefitAttempt& attempt = attempts[i];
    begin(attempt, gram, samples, settings, rows[i], supports[static_cast<std::size_t>(rows[i])]);
    if (attempt.row.trivial) continue;
    solve_attempt(attempt.row, &samples, attempt.problem, &attempt.refit.support, aim * settings.tolerance,
                  false);
    open.push_back(&attempt);
  }
  for (int correction = 0; !open.empty(); ++correction) {
    stop_if_asked(settings.should_stop);
    const Timer timer;
    std::vector<RowAttempt*> measured;
    measured.reserve(open.size());
    for (RefitAttempt* attempt : open) measured.push_back(&attempt->row);
    const BlockResiduals residuals = measure(samples, measured);
    const double seconds_each = timer.seconds() / static_cast<double>(open.size());
    std::vector<RefitAttempt*> still_open;
    for (std::size_t i = 0; i < open.size(); ++i) {
      RefitAttempt& attempt = *open[i];
      attempt.row.result.seconds += seconds_each;
      const bool finished =
          certify_attempt(attempt.row, residuals, static_cast<Index>(i), settings.tolerance);
      if (finished || correction == most_corrections) continue;
      correct(attempt, samples, residuals, static_cast<Index>(i));
      solve_attempt(attempt.row, &samples, attempt.problem, &attempt.refit.support,
                    aim_of_corrections * aim * settings.tolerance, true);
      still_open.push_back(&attempt);
    }
    open = std::move(still_open);
  }
  std::vector<RowResult> results;
  results.reserve(attempts.size());
  for (RefitAttempt& attempt : attempts) results.push_back(finish_attempt(attempt.row, settings.tolerance));
  return results;
}

}  // namespace simplicit
