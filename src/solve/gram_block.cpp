#include <simplicit/base/timer.hpp>
#include <simplicit/solve/gram_block.hpp>
#include <simplicit/solve/row_attempt.hpp>

#include <algorithm>
#include <vector>

namespace simplicit {
namespace {

constexpr int most_corrections = 8;
// The solver aims below the tolerance, so that what G's rounding hides still fits; corrections aim lower
// still.
constexpr double aim = 0.05;
constexpr double aim_of_corrections = 1e-3;

// A row and its problem in G. The reference point starts as w = 0, c = r and moves to measured points.
struct GramAttempt {
  RowAttempt row;
  QuadraticRow problem;
  Vector measured;  // what reference.c points to after a correction
};

// Phi^T (z - mean z) from r: with a bias the last row of G holds the sums of the features.
Vector centred(const Gram& gram, std::span<const double> r, bool bias) {
  Vector c = Eigen::Map<const Vector>(r.data(), static_cast<Index>(r.size()));
  if (!bias) return c;
  const Index last = gram.g().dimension - 1;
  const Eigen::Map<const Vector> feature_sums(gram.g().column(last), gram.g().dimension);
  const double mean = c[last] / feature_sums[last];
  return c - mean * feature_sums;
}

GramAttempt begin(const Gram& gram, const RowSamples& samples, const BlockSettings& settings, Index row) {
  GramAttempt attempt;
  const std::span<const double> r = gram.r(row);
  const Vector c = centred(gram, r, settings.bias);
  const double lambda_max = lambda_max_of({c.data(), r.size()}, settings.weights(row));
  attempt.row = begin_attempt(settings, row, samples, lambda_max);
  attempt.problem.gram = gram.g();
  attempt.problem.reference.c = r;
  const double norm = samples.shifted_target_norm(row);
  attempt.problem.reference.norm2 = norm * norm;
  attempt.problem.weights = settings.weights(row);
  attempt.problem.target_norm2 = samples.target_norm2(row);
  attempt.problem.ball_columns = settings.ball_columns(row);
  attempt.problem.kappa = settings.kappa;
  attempt.problem.should_stop = &settings.should_stop;
  return attempt;
}

// The next solve starts from what the data say at the present weights and corrects what rounding in G left.
void correct(GramAttempt& attempt, const RowSamples& samples, const BlockResiduals& residuals, Index i) {
  const auto k = static_cast<std::size_t>(i);
  attempt.measured = residuals.correlations.col(i);
  ReferencePoint& reference = attempt.problem.reference;
  reference.weights = samples.shifted(attempt.row.row, attempt.row.w);
  reference.c = {attempt.measured.data(), static_cast<std::size_t>(attempt.measured.size())};
  reference.norm2 = residuals.centred_norm2[k] + residuals.mean_norm2[k];
}

}  // namespace

std::vector<RowResult> solve_gram_block(const Gram& gram, const RowSamples& samples,
                                        const BlockSettings& settings, std::span<const Index> rows,
                                        const WarmStart& warm) {
  std::vector<GramAttempt> attempts;
  attempts.reserve(rows.size());
  std::vector<GramAttempt*> open;
  for (const Index row : rows) {
    GramAttempt& attempt = attempts.emplace_back(begin(gram, samples, settings, row));
    if (attempt.row.trivial) continue;
    if (warm) attempt.row.w = warm(row);
    solve_attempt(attempt.row, &samples, attempt.problem, nullptr, aim * settings.tolerance,
                  !attempt.row.w.columns.empty());
    open.push_back(&attempt);
  }
  for (int correction = 0; !open.empty(); ++correction) {
    stop_if_asked(settings.should_stop);
    const Timer timer;
    std::vector<RowAttempt*> measured;
    for (GramAttempt* attempt : open) measured.push_back(&attempt->row);
    const BlockResiduals residuals = measure(samples, measured);
    const double seconds_each = timer.seconds() / static_cast<double>(open.size());
    std::vector<GramAttempt*> still_open;
    for (std::size_t i = 0; i < open.size(); ++i) {
      GramAttempt& attempt = *open[i];
      attempt.row.result.seconds += seconds_each;
      const double score_before = attempt.row.score;
      bool finished = certify_attempt(attempt.row, residuals, static_cast<Index>(i), settings.tolerance);
      // A row that a correction from measured residuals helps but little needs more digits.
      if (!finished && attempt.row.score > 0.5 * score_before) {
        finished = refine_certificate(attempt.row, samples, settings.tolerance);
      }
      if (finished || correction == most_corrections) continue;
      correct(attempt, samples, residuals, static_cast<Index>(i));
      solve_attempt(attempt.row, &samples, attempt.problem, nullptr,
                    aim_of_corrections * aim * settings.tolerance, true);
      still_open.push_back(&attempt);
    }
    open = std::move(still_open);
  }
  std::vector<RowResult> results;
  results.reserve(attempts.size());
  for (GramAttempt& attempt : attempts) results.push_back(finish_attempt(attempt.row, settings.tolerance));
  return results;
}

}  // namespace simplicit
