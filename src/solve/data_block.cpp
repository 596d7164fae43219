#include "solve/screened_residuals.hpp"
#include "solve/working_set.hpp"
#include <simplicit/base/timer.hpp>
#include <simplicit/solve/data_block.hpp>
#include <simplicit/solve/row_attempt.hpp>

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
// Between two measurements in double precision a row looks for features in single precision this often at
// most, and takes a correlation that exceeds its limit by less than this fraction for rounding.
constexpr int most_searches = 20;
constexpr double screening_noise = 1e-5;

struct DataAttempt {
  RowAttempt row;
  WorkingSet working;
  int stalled = 0;             // rounds without a better certificate
  double gap_seen = infinity;  // by the last cheap measurement since the last exact one
};

// Where min-norm looks for features: at a penalty on its way down to the one that meets the bound.
double slope_of(const RowAttempt& attempt, double lambda_max) {
  if (!attempt.matches) return attempt.penalty.slope;
  return attempt.lambda > 0 ? attempt.lambda : lambda_max / 10;
}

// Features outside the working set whose correlation exceeds what a zero weight allows by more than the
// fraction `noise`, worst first.
std::vector<int> entering_features(const DataAttempt& attempt, const BlockResiduals& residuals, Index i,
                                   double noise) {
  const Vector centred = residuals.centred_correlations(i);
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
    if ((free || excess > noise * limit) && !std::binary_search(working.begin(), working.end(), column)) {
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
                          bool grown, const ShouldStop& should_stop) {
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
  // A penalty that fell for want of features that match is no place to start from with more of them.
  const bool stale = grown && attempt.row.lambda > 0 && !attempt.row.reached;
  solve_attempt(attempt.row, problem, &columns, tolerance, !stale && !attempt.row.w.columns.empty());
}

// All rows at zero, which tells each its own lambda_max.
std::vector<DataAttempt> begin(const BlockSettings& settings, const StateStore& store,
                               std::span<const Index> rows, const BlockResiduals& at_zero) {
  std::vector<DataAttempt> attempts;
  attempts.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Vector c = at_zero.centred_correlations(static_cast<Index>(i));
    const double lambda_max =
        lambda_max_of({c.data(), static_cast<std::size_t>(c.size())}, settings.weights(rows[i]));
    attempts.emplace_back().row =
        begin_attempt(settings, rows[i], at_zero.target_norm2[i], lambda_max, store.phi().precision);
  }
  return attempts;
}

BlockResiduals measure_at_zero(const StateStore& store, const BlockSettings& settings,
                               std::span<const Index> rows) {
  const std::vector<SparseRow> zero(rows.size());
  return block_residuals(store.phi(), store.targets(), settings.bias, rows, zero);
}

BlockResiduals measure_open(const StateStore& store, const BlockSettings& settings,
                            const std::vector<DataAttempt*>& open) {
  const Timer timer;
  std::vector<RowAttempt*> rows;
  for (DataAttempt* attempt : open) rows.push_back(&attempt->row);
  BlockResiduals residuals = measure(store.phi(), store.targets(), settings, rows);
  for (RowAttempt* row : rows) row->result.seconds += timer.seconds() / static_cast<double>(open.size());
  return residuals;
}

// How far the row is solved on its working set: to a tenth of the gap that the rest leaves, all the way when
// nothing enters.
double inner_tolerance(const DataAttempt& attempt, bool nothing_enters, double gap, double tolerance) {
  if (nothing_enters) return aim * tolerance * std::pow(0.1, attempt.stalled);
  return std::max(aim * tolerance, std::min(1e-3, inner_fraction * gap * 0.1));
}

// Takes features in and solves the row on its working set.
void advance(DataAttempt& attempt, const StateStore& store, const BlockSettings& settings,
             const BlockResiduals& residuals, Index i, std::vector<int> entering, double gap) {
  const Timer timer;
  const double tolerance = inner_tolerance(attempt, entering.empty(), gap, settings.tolerance);
  const bool grown = !entering.empty();
  attempt.working.extend(store.phi(), std::move(entering));
  attempt.row.result.seconds += timer.seconds();
  solve_on_working_set(attempt, residuals, i, tolerance, grown, settings.should_stop);
}

ScreenedResiduals screen(const StateStore& store, const BlockSettings& settings,
                         const std::vector<DataAttempt*>& searching, const Vector& feature_sums) {
  const Timer timer;
  std::vector<ScreenedRow> rows;
  for (const DataAttempt* attempt : searching) {
    rows.push_back({attempt->row.row, &attempt->row.w, &attempt->working.columns()});
  }
  ScreenedResiduals residuals =
      screened_residuals(store.phi(), store.targets(), settings.bias, rows, feature_sums);
  const double seconds_each = timer.seconds() / static_cast<double>(searching.size());
  for (DataAttempt* attempt : searching) {
    attempt->row.result.seconds += seconds_each;
    ++attempt->row.result.rounds;
  }
  return residuals;
}

// Rounds of cheap measurements until each row's gap looks small enough, or nothing enters and it falls no
// more.
void search(std::vector<DataAttempt*> searching, const StateStore& store, const BlockSettings& settings,
            const Vector& feature_sums) {
  for (int round = 0; round < most_searches && !searching.empty(); ++round) {
    stop_if_asked(settings.should_stop);
    ScreenedResiduals residuals = screen(store, settings, searching, feature_sums);
    std::vector<DataAttempt*> still_searching;
    for (std::size_t k = 0; k < searching.size(); ++k) {
      const auto i = static_cast<Index>(k);
      DataAttempt& attempt = *searching[k];
      const double gap = estimated_score(attempt.row, residuals.block, i);
      std::vector<int> entering = entering_features(attempt, residuals.block, i, screening_noise);
      const bool idle = entering.empty() && !(gap < 0.5 * attempt.gap_seen);
      attempt.gap_seen = gap;
      if (idle || gap <= 0.5 * settings.tolerance) continue;
      residuals.sharpen(store.phi(), i, entering);
      advance(attempt, store, settings, residuals.block, i, std::move(entering), gap);
      still_searching.push_back(&attempt);
    }
    searching = std::move(still_searching);
  }
}

}  // namespace

std::vector<RowResult> solve_data_block(const StateStore& store, const BlockSettings& settings,
                                        std::span<const Index> rows, const WarmStart& warm) {
  BlockResiduals residuals = measure_at_zero(store, settings, rows);
  std::vector<DataAttempt> attempts = begin(settings, store, rows, residuals);
  std::vector<DataAttempt*> open;
  for (DataAttempt& attempt : attempts) open.push_back(&attempt);
  if (warm) {
    for (DataAttempt& attempt : attempts) {
      attempt.row.w = warm(attempt.row.row);
      attempt.working.extend(store.phi(), attempt.row.w.columns);
    }
    residuals = measure_open(store, settings, open);
  }
  const bool screens = store.phi().precision == Precision::float32;
  for (int round = 0; round < most_rounds; ++round) {
    stop_if_asked(settings.should_stop);
    std::vector<DataAttempt*> still_open;
    for (std::size_t k = 0; k < open.size(); ++k) {
      DataAttempt& attempt = *open[k];
      const auto i = static_cast<Index>(k);
      const double score_before = attempt.row.score;
      std::vector<int> entering = entering_features(attempt, residuals, i, 0);
      const Reach reach = entering.empty() ? Reach::all_features : Reach::some_features;
      if (certify_attempt(attempt.row, residuals, i, settings.tolerance, reach)) continue;
      // A row whose certificate no longer falls needs more digits.
      if (attempt.row.score > 0.5 * score_before &&
          refine_certificate(attempt.row, store.phi(), store.targets(), settings.bias, settings.tolerance))
        continue;
      attempt.stalled = attempt.row.score < score_before || !entering.empty() ? 0 : attempt.stalled + 1;
      if (attempt.stalled > 4) continue;
      const double gap = attempt.row.score < infinity ? attempt.row.score : 1;
      attempt.gap_seen = infinity;
      advance(attempt, store, settings, residuals, i, std::move(entering), gap);
      still_open.push_back(&attempt);
    }
    open = std::move(still_open);
    if (open.empty()) break;
    if (screens) search(open, store, settings, residuals.feature_sums);
    residuals = measure_open(store, settings, open);
  }
  std::vector<RowResult> results;
  results.reserve(attempts.size());
  for (DataAttempt& attempt : attempts) results.push_back(finish_attempt(attempt.row, settings.tolerance));
  return results;
}

}  // namespace simplicit
