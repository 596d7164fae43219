#include "solve/row_aims.hpp"

namespace simplicit {

FoundWeights find_weights(const PenalisedRow& aim, const QuadraticRow& problem, double tolerance,
                          const SparseRow& start, double nu, bool) {
  GramRowSettings settings;
  settings.tolerance = tolerance;
  GramRowOutcome outcome = solve_gram_row(problem, aim.penalty, settings, start, nu);
  return {std::move(outcome.row), outcome.nu, outcome.factorisations};
}

Gap gap_of(const PenalisedRow& aim, const GapInput& input) {
  return penalised_gap(aim.penalty, input);
}

bool misses_bound(const PenalisedRow&, double) {
  return false;
}

Verdict judge(PenalisedRow& aim, const GapInput& input, double, double tolerance, Reach) {
  Verdict verdict;
  verdict.gap = gap_of(aim, input);
  const bool within = verdict.gap.relative <= tolerance;
  verdict.score = verdict.gap.exact ? 0 : verdict.gap.relative;
  verdict.status = within              ? RowStatus::solved
                   : verdict.gap.exact ? RowStatus::exact_to_rounding
                                       : RowStatus::tolerance_missed;
  return verdict;
}

std::optional<Penalty> penalty_at_minimum(const PenalisedRow& aim) {
  return aim.penalty;
}

std::optional<Gap> refined_gap(PenalisedRow& aim, const GapInput& input, double) {
  return gap_of(aim, input);
}

void settle_status(const PenalisedRow&, double, double, RowResult&) {}

double search_slope(const PenalisedRow& aim, double) {
  return aim.penalty.slope;
}

bool ended_short(const PenalisedRow&) {
  return false;
}

}  // namespace simplicit
