#include "solve/row_aims.hpp"
#include "solve/screened_residuals.hpp"
#include "solve/working_set.hpp"
#include <simplicit/base/timer.hpp>
#include <simplicit/solve/data_block.hpp>
#include <simplicit/solve/row_attempt.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

namespace simplicit {
namespace {

constexpr int most_rounds = 60;
// A round takes in at least this many features, or as many as the weights that are not zero.
constexpr std::size_t fewest_entering = 100;
// Each round is solved until what its own working set leaves is this fraction of the gap outside it.
constexpr double inner_fraction = 0.1;
constexpr double part_of_block_tolerance = 0.05;
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

// Features outside the working set whose correlation exceeds what a zero weight allows by more than the
// fraction `noise`, worst first.
std::vector<int> entering_features(const DataAttempt& attempt, const BlockResiduals& residuals, Index i,
                                   double noise) {
  const Vector centred = residuals.centred_correlations(i);
  const std::span<const double> weights = attempt.row.problem.weights;
  const std::vector<int>& working = attempt.working.columns();
  const double lambda_max = lambda_max_of({centred.data(), weights.size()}, weights);
  const double slope =
      std::visit([&](const auto& aim) { return search_slope(aim, lambda_max); }, attempt.row.aim);
  struct Violation {
    double excess;
    int column;
  };
  std::vector<Violation> violations;
  for (std::size_t j = 0; j < weights.size(); ++j) {
    if (weights[j] == infinity) continue;
    const int column = static_cast<int>(j);
    const double limit =
        weights[j] * slope + (column < attempt.row.problem.ball_columns ? attempt.row.nu : 0);
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
void solve_on_working_set(DataAttempt& attempt, const RowSamples& samples, const BlockResiduals& residuals,
                          Index i, double tolerance, bool grown, const Interlude& interlude) {
  const std::vector<int>& columns = attempt.working.columns();
  const auto k = static_cast<std::size_t>(i);
  std::vector<double> c;
  std::vector<double> weights;
  for (const int column : columns) {
    c.push_back(residuals.correlations(column, i));
    weights.push_back(attempt.row.problem.weights[static_cast<std::size_t>(column)]);
  }
  QuadraticRow problem;
  problem.gram = attempt.working.gram();
  problem.row = attempt.row.problem;
  problem.row.weights = weights;
  problem.row.ball_columns =
      std::lower_bound(columns.begin(), columns.end(), static_cast<int>(attempt.row.problem.ball_columns)) -
      columns.begin();
  problem.interlude = &interlude;
  problem.reference.c = c;
  problem.reference.norm2 = residuals.centred_norm2[k] + residuals.mean_norm2[k];
  problem.reference.weights = samples.shifted(attempt.row.row, attempt.row.w);
  for (int& column : problem.reference.weights.columns) {
    const auto place = std::lower_bound(columns.begin(), columns.end(), column);
    column = static_cast<int>(place - columns.begin());
  }
  // A penalty that fell for want of features that match is no place to start from with more of them.
  const bool stale = grown && std::visit([](const auto& aim) { return ended_short(aim); }, attempt.row.aim);
  const bool warm = !stale && !attempt.row.w.columns.empty();
  solve_attempt(attempt.row, &samples, problem, &columns, tolerance, warm);
}

// The weights that are zero for the shifted features: with a bias, the constant alone.
SparseRow zero_row(const RowSamples& samples, Index row) {
  return samples.as_stored(row, {});
}

// All rows at zero, which tells each its own lambda_max.
std::vector<DataAttempt> begin(const BlockSettings& settings, const RowSamples& samples,
                               std::span<const Index> rows, const BlockResiduals& at_zero) {
  std::vector<DataAttempt> attempts;
  attempts.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Vector c = at_zero.centred_correlations(static_cast<Index>(i));
    const double lambda_max =
        lambda_max_of({c.data(), static_cast<std::size_t>(c.size())}, settings.weights(rows[i]));
    DataAttempt& attempt = attempts.emplace_back();
    attempt.row = begin_attempt(settings, rows[i], samples, lambda_max);
    attempt.row.w = zero_row(samples, rows[i]);
    if (samples.bias()) attempt.working.extend(samples.phi(), {static_cast<int>(samples.phi().cols - 1)});
  }
  return attempts;
}

void start_from(DataAttempt& attempt, const RowSamples& samples, SparseRow w) {
  const std::vector<int>& working = attempt.working.columns();
  std::vector<int> entering;
  std::set_difference(w.columns.begin(), w.columns.end(), working.begin(), working.end(),
                      std::back_inserter(entering));
  attempt.working.extend(samples.phi(), std::move(entering));
  attempt.row.w = std::move(w);
}

BlockResiduals measure_at_zero(const RowSamples& samples, std::span<const Index> rows) {
  std::vector<SparseRow> zero;
  for (const Index row : rows) zero.push_back(zero_row(samples, row));
  return block_residuals(samples, rows, zero);
}

BlockResiduals measure_open(const RowSamples& samples, const std::vector<DataAttempt*>& open) {
  const Timer timer;
  std::vector<RowAttempt*> rows;
  for (DataAttempt* attempt : open) rows.push_back(&attempt->row);
  BlockResiduals residuals = measure(samples, rows);
  for (RowAttempt* row : rows) row->result.seconds += timer.seconds() / static_cast<double>(open.size());
  return residuals;
}

// How far the row is solved on its working set: to a tenth of the gap that the rest leaves, all the way when
// nothing enters.
double inner_tolerance(const DataAttempt& attempt, bool nothing_enters, double gap, double tolerance) {
  if (nothing_enters) return part_of_block_tolerance * tolerance * std::pow(0.1, attempt.stalled);
  return std::max(part_of_block_tolerance * tolerance, std::min(1e-3, inner_fraction * gap * 0.1));
}

// Takes features in and solves the row on its working set.
void advance(DataAttempt& attempt, const RowSamples& samples, const BlockSettings& settings,
             const BlockResiduals& residuals, Index i, std::vector<int> entering, double gap) {
  const Timer timer;
  const double tolerance = inner_tolerance(attempt, entering.empty(), gap, settings.tolerance);
  const bool grown = !entering.empty();
  attempt.working.extend(samples.phi(), std::move(entering));
  attempt.row.result.seconds += timer.seconds();
  solve_on_working_set(attempt, samples, residuals, i, tolerance, grown, settings.interlude);
}

ScreenedResiduals screen(const RowSamples& samples, const std::vector<DataAttempt*>& searching) {
  const Timer timer;
  std::vector<ScreenedRow> rows;
  for (const DataAttempt* attempt : searching) {
    rows.push_back({attempt->row.row, &attempt->row.w, &attempt->working.columns()});
  }
  ScreenedResiduals residuals = screened_residuals(samples, rows);
  const double seconds_each = timer.seconds() / static_cast<double>(searching.size());
  for (DataAttempt* attempt : searching) {
    attempt->row.result.seconds += seconds_each;
    ++attempt->row.result.rounds;
  }
  return residuals;
}

// Rounds of cheap measurements until each row's gap looks small enough, or nothing enters and it falls no
// more.
void search(std::vector<DataAttempt*> searching, const RowSamples& samples, const BlockSettings& settings) {
  for (int round = 0; round < most_searches && !searching.empty(); ++round) {
    pause_for(settings.interlude);
    ScreenedResiduals residuals = screen(samples, searching);
    std::vector<DataAttempt*> still_searching;
    for (std::size_t k = 0; k < searching.size(); ++k) {
      const auto i = static_cast<Index>(k);
      DataAttempt& attempt = *searching[k];
      const double gap = estimated_score(attempt.row, residuals.block, i);
      std::vector<int> entering = entering_features(attempt, residuals.block, i, screening_noise);
      const bool idle = entering.empty() && !(gap < 0.5 * attempt.gap_seen);
      attempt.gap_seen = gap;
      if (idle || gap <= 0.5 * settings.tolerance) continue;
      residuals.sharpen(samples.phi(), i, entering);
      advance(attempt, samples, settings, residuals.block, i, std::move(entering), gap);
      still_searching.push_back(&attempt);
    }
    searching = std::move(still_searching);
  }
}

std::vector<RowResult> results_of(std::vector<DataAttempt>& attempts, const BlockSettings& settings) {
  std::vector<RowResult> results;
  results.reserve(attempts.size());
  for (DataAttempt& attempt : attempts) results.push_back(finish_attempt(attempt.row, settings.tolerance));
  return results;
}

}  // namespace

std::vector<RowResult> solve_data_block(const RowSamples& samples, const BlockSettings& settings,
                                        std::span<const Index> rows, const WarmStart& warm) {
  BlockResiduals residuals = measure_at_zero(samples, rows);
  std::vector<DataAttempt> attempts = begin(settings, samples, rows, residuals);
  std::vector<DataAttempt*> open;
  for (DataAttempt& attempt : attempts) open.push_back(&attempt);
  if (warm) {
    for (DataAttempt& attempt : attempts) start_from(attempt, samples, warm(attempt.row.row));
    residuals = measure_open(samples, open);
  }
  const bool screens = samples.phi().precision == Precision::float32;
  for (int round = 0; round < most_rounds; ++round) {
    pause_for(settings.interlude);
    std::vector<DataAttempt*> still_open;
    for (std::size_t k = 0; k < open.size(); ++k) {
      DataAttempt& attempt = *open[k];
      if (attempt.row.trivial) continue;
      const auto i = static_cast<Index>(k);
      const double score_before = attempt.row.score;
      std::vector<int> entering = entering_features(attempt, residuals, i, 0);
      const Reach reach = entering.empty() ? Reach::all_features : Reach::some_features;
      if (certify_attempt(attempt.row, residuals, i, settings.tolerance, reach)) continue;
      // A row whose certificate no longer falls needs more digits.
      if (attempt.row.score > 0.5 * score_before &&
          refine_certificate(attempt.row, samples, settings.tolerance))
        continue;
      attempt.stalled = attempt.row.score < score_before || !entering.empty() ? 0 : attempt.stalled + 1;
      if (attempt.stalled > 4) continue;
      const double gap = attempt.row.score < infinity ? attempt.row.score : 1;
      attempt.gap_seen = infinity;
      advance(attempt, samples, settings, residuals, i, std::move(entering), gap);
      still_open.push_back(&attempt);
    }
    open = std::move(still_open);
    if (open.empty()) break;
    if (screens) search(open, samples, settings);
    residuals = measure_open(samples, open);
  }
  return results_of(attempts, settings);
}

}  // namespace simplicit
