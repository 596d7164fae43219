#include <simplicit/base/timer.hpp>
#include <simplicit/solve/data_block.hpp>
#include <simplicit/solve/row_attempt.hpp>
#include <simplicit/solve/working_set.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace simplicit {
namespace {

constexpr int most_rounds = 60;
// A round takes in at least this many features, or as many as the weights that are not zero.
constexpr std::size_t fewest_entering = 100;
// Each round is solved until what its own working set leaves is this fraction of the gap outside it.
constexpr double inner_fraction = 0.1;
constexpr double aim = 0.05;

struct DataAttempt {
  RowAttempt row;
  WorkingSet working;
  int stalled = 0;  // rounds without a better certificate
};

// Where min-norm looks for features: at a penalty on its way down to the one that meets the bound.
double slope_of(const RowAttempt& attempt, double lambda_max) {
  if (!attempt.matches) return attempt.penalty.slope;
  return attempt.lambda > 0 ? attempt.lambda : lambda_max / 10;
}

// Features outside the working set whose correlation exceeds what a zero weight allows, worst first.
std::vector<int> entering_features(const DataAttempt& attempt, const BlockResiduals& residuals, Index i,
                                   const Vector& centred) {
  const std::vector<double>& weights = *attempt.row.penalty_weights;
  const std::vector<int>& working = attempt.working.columns();
  const double slope = slope_of(attempt.row, lambda_max_of({centred.data(), weights.size()}, weights));
  struct Violation {
    double excess;
    int column;
  };
  std::vector<Violation> violations;
  for (std::size_t j = 0; j < weights.size(); ++j) {
    if (weights[j] == infinity) continue;
    const int column = static_cast<int>(j);
    const double limit = weights[j] * slope + (column < attempt.row.ball_columns ? attempt.row.nu : 0);
    const double excess = std::abs(residuals.correlations(column, i)) - limit;
    const bool free = weights[j] == 0;
    if ((free || excess > 0) && !std::binary_search(working.begin(), working.end(), column)) {
      violations.push_back({free ? infinity : excess, column});
    }
  }
  const std::size_t most = std::max(fewest_entering, attempt.row.w.columns.size());
  const std::size_t count = std::min(most, violations.size());
  std::partial_sort(violations.begin(), violations.begin() + static_cast<std::ptrdiff_t>(count),
                    violations.end(), [](const Violation& a, const Violation& b) {
                      return a.excess != b.excess ? a.excess > b.excess : a.column < b.column;
                    });
  std::vector<int> columns;
  for (std::size_t k = 0; k < count; ++k) columns.push_back(violations[k].column);
  return columns;
}

// The row restricted to its working set, with the measured residual as its reference point.
void solve_on_working_set(DataAttempt& attempt, const BlockResiduals& residuals, Index i, double tolerance,
                          const ShouldStop& should_stop) {
  const std::vector<int>& columns = attempt.working.columns();
  const auto k = static_cast<std::size_t>(i);
  std::vector<double> c;
  std::vector<double> weights;
  for (const int column : columns) {
    c.push_back(residuals.correlations(column, i));
    weights.push_back((*attempt.row.penalty_weights)[static_cast<std::size_t>(column)]);
  }
  QuadraticRow problem;
  problem.gram = attempt.working.gram();
  problem.weights = weights;
  problem.target_norm2 = attempt.row.target_norm2;
  problem.ball_columns =
      std::lower_bound(columns.begin(), columns.end(), static_cast<int>(attempt.row.ball_columns)) -
      columns.begin();
  problem.kappa = attempt.row.kappa;
  problem.should_stop = &should_stop;
  problem.reference.c = c;
  problem.reference.norm2 = residuals.centred_norm2[k] + residuals.mean_norm2[k];
  for (std::size_t nonzero = 0; nonzero < attempt.row.w.columns.size(); ++nonzero) {
    const auto place = std::lower_bound(columns.begin(), columns.end(), attempt.row.w.columns[nonzero]);
    problem.reference.weights.columns.push_back(static_cast<int>(place - columns.begin()));
    problem.reference.weights.values.push_back(attempt.row.w.values[nonzero]);
  }
  solve_attempt(attempt.row, problem, &columns, tolerance, !attempt.row.w.columns.empty());
}

std::vector<DataAttempt> begin(const BlockSettings& settings, const StateStore& store,
                               std::span<const Index> rows, const WarmStart& warm) {
  std::vector<DataAttempt> attempts;
  std::vector<RowAttempt> zero(rows.size());
  std::vector<RowAttempt*> at_zero;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    zero[i].row = rows[i];
    at_zero.push_back(&zero[i]);
  }
  const BlockResiduals targets = measure(store.phi(), store.targets(), settings, at_zero);
  attempts.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Vector c = targets.centred_correlations(static_cast<Index>(i));
    const double lambda_max =
        lambda_max_of({c.data(), static_cast<std::size_t>(c.size())}, settings.weights(rows[i]));
    DataAttempt& attempt = attempts.emplace_back();
    attempt.row =
        begin_attempt(settings, rows[i], targets.target_norm2[i], lambda_max, store.phi().precision);
    if (warm) attempt.row.w = warm(rows[i]);
    attempt.working.extend(store.phi(), attempt.row.w.columns);
  }
  return attempts;
}

}  // namespace

std::vector<RowResult> solve_data_block(const StateStore& store, const BlockSettings& settings,
                                        std::span<const Index> rows, const WarmStart& warm) {
  std::vector<DataAttempt> attempts = begin(settings, store, rows, warm);
  std::vector<DataAttempt*> open;
  for (DataAttempt& attempt : attempts) open.push_back(&attempt);
  for (int round = 0; round < most_rounds && !open.empty(); ++round) {
    stop_if_asked(settings.should_stop);
    const Timer timer;
    std::vector<RowAttempt*> measured;
    for (DataAttempt* attempt : open) measured.push_back(&attempt->row);
    const BlockResiduals residuals = measure(store.phi(), store.targets(), settings, measured);
    const double seconds_each = timer.seconds() / static_cast<double>(open.size());
    std::vector<DataAttempt*> still_open;
    for (std::size_t k = 0; k < open.size(); ++k) {
      DataAttempt& attempt = *open[k];
      const auto i = static_cast<Index>(k);
      const double score_before = attempt.row.score;
      attempt.row.result.seconds += seconds_each;
      if (certify_attempt(attempt.row, residuals, i, settings.tolerance)) continue;
      const Timer own;
      const Vector centred = residuals.centred_correlations(i);
      std::vector<int> entering = entering_features(attempt, residuals, i, centred);
      attempt.stalled = attempt.row.score < score_before || !entering.empty() ? 0 : attempt.stalled + 1;
      if (attempt.stalled > 4) continue;
      attempt.working.extend(store.phi(), std::move(entering));
      attempt.row.result.seconds += own.seconds();
      const double gap = attempt.row.score < infinity ? attempt.row.score : 1;
      solve_on_working_set(attempt, residuals, i,
                           std::max(aim * settings.tolerance * std::pow(0.1, attempt.stalled),
                                    std::min(1e-3, inner_fraction * gap * 0.1)),
                           settings.should_stop);
      still_open.push_back(&attempt);
    }
    open = std::move(still_open);
  }
  std::vector<RowResult> results;
  results.reserve(attempts.size());
  for (DataAttempt& attempt : attempts) results.push_back(finish_attempt(attempt.row, settings.tolerance));
  return results;
}

}  // namespace simplicit
