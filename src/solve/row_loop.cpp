#include <simplicit/base/timer.hpp>
#include <simplicit/solve/row_loop.hpp>

#include <algorithm>

namespace simplicit {
namespace {

// The solver aims below the tolerance, so that what G's rounding hides still fits; corrections aim lower
// still.
constexpr double part_of_tolerance = 0.05;
constexpr double part_for_corrections = 1e-3;

void solve(GramAttempt& attempt, const RowLoop& loop) {
  const bool warm = !attempt.row.w.columns.empty();
  solve_attempt(attempt.row, loop.samples, attempt.problem, attempt.columns,
                part_of_tolerance * loop.tolerance, warm);
}

// Whether the row needs no more work.
bool certify(GramAttempt& attempt, const RowLoop& loop, const BlockResiduals& residuals, Index i) {
  const double score_before = attempt.row.score;
  if (certify_attempt(attempt.row, residuals, i, loop.tolerance)) return true;
  // A row that a correction from measured residuals helps but little needs more digits.
  const bool halted = loop.more_digits && attempt.row.score > 0.5 * score_before;
  return halted && refine_certificate(attempt.row, *loop.samples, loop.tolerance);
}

// Moves the reference point to the present weights and what the data say there.
void move_reference(GramAttempt& attempt, const RowLoop& loop, const BlockResiduals& residuals, Index i) {
  ReferencePoint& reference = attempt.problem.reference;
  reference.weights =
      loop.samples != nullptr ? loop.samples->shifted(attempt.row.row, attempt.row.w) : attempt.row.w;
  const auto correlations = residuals.correlations.col(i);
  attempt.measured.clear();
  if (attempt.columns == nullptr) {
    attempt.measured.assign(correlations.data(), correlations.data() + correlations.size());
  } else {
    for (const int column : *attempt.columns) attempt.measured.push_back(correlations[column]);
    for (int& column : reference.weights.columns) {
      const auto found = std::lower_bound(attempt.columns->begin(), attempt.columns->end(), column);
      column = static_cast<int>(found - attempt.columns->begin());
    }
  }
  reference.c = attempt.measured;
  const auto k = static_cast<std::size_t>(i);
  reference.norm2 = residuals.centred_norm2[k] + residuals.mean_norm2[k];
}

void correct(GramAttempt& attempt, const RowLoop& loop, const BlockResiduals& residuals, Index i) {
  move_reference(attempt, loop, residuals, i);
  solve_attempt(attempt.row, loop.samples, attempt.problem, attempt.columns,
                part_for_corrections * part_of_tolerance * loop.tolerance, true);
}

std::optional<BlockResiduals> measured(const std::vector<GramAttempt*>& open, const RowLoop& loop) {
  const Timer timer;
  std::vector<RowAttempt*> rows;
  for (GramAttempt* attempt : open) rows.push_back(&attempt->row);
  std::optional<BlockResiduals> residuals = loop.measure(rows);
  const double seconds_each = timer.seconds() / static_cast<double>(std::max<std::size_t>(open.size(), 1));
  for (RowAttempt* row : rows) row->result.seconds += seconds_each;
  return residuals;
}

}  // namespace

RowLoop loop_on(const RowSamples& samples, const BlockSettings& settings) {
  RowLoop loop;
  loop.tolerance = settings.tolerance;
  loop.samples = &samples;
  loop.interlude = settings.interlude;
  loop.measure = [&samples](const std::vector<RowAttempt*>& open) -> std::optional<BlockResiduals> {
    if (open.empty()) return {};
    return measure(samples, open);
  };
  return loop;
}

void solve_and_certify(std::vector<GramAttempt>& attempts, const RowLoop& loop) {
  std::vector<GramAttempt*> open;
  loop.alone([&] {
    for (GramAttempt& attempt : attempts) {
      if (attempt.row.trivial) continue;
      solve(attempt, loop);
      open.push_back(&attempt);
    }
  });
  for (int corrections = 0;; ++corrections) {
    const std::optional<BlockResiduals> residuals = measured(open, loop);
    if (!residuals) return;
    loop.alone([&] {
      std::vector<GramAttempt*> still_open;
      for (std::size_t i = 0; i < open.size(); ++i) {
        const bool finished = certify(*open[i], loop, *residuals, static_cast<Index>(i));
        if (finished || corrections == loop.most_corrections) continue;
        pause_for(loop.interlude);
        correct(*open[i], loop, *residuals, static_cast<Index>(i));
        still_open.push_back(open[i]);
      }
      open = std::move(still_open);
    });
  }
}

std::vector<RowResult> results_of(std::vector<GramAttempt>& attempts, double tolerance) {
  std::vector<RowResult> results;
  results.reserve(attempts.size());
  for (GramAttempt& attempt : attempts) results.push_back(finish_attempt(attempt.row, tolerance));
  return results;
}

}  // namespace simplicit
