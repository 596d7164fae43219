#include "solve/descent.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace simplicit {
namespace {

// A violation below this fraction of the largest correlation is rounding.
constexpr double rounding = 1e-13;
constexpr int most_descent_refinements = 40;
// Refinement ends when this many steps in a row gain nothing: the proximal ridge makes nearly singular
// directions converge slowly, rounding makes them stop.
constexpr int most_idle_refinements = 3;
// This many rounds in a row that lower the objective by no more than rounding end a descent.
constexpr int most_idle_rounds = 20;

double magnitude(double value) {
  return std::abs(value);
}

// What |c_j| may reach while column j stays at zero.
double threshold(const QuadraticRow& problem, const Penalty& penalty, double nu, std::size_t j) {
  return problem.row.weights[j] * penalty.slope + (static_cast<Index>(j) < problem.row.ball_columns ? nu : 0);
}

bool may_enter(const QuadraticRow& problem, std::size_t j) {
  return problem.row.weights[j] > 0 && problem.row.weights[j] < infinity;
}

double largest_correlation(std::span<const double> c) {
  double largest = 0;
  for (const double value : c) largest = std::max(largest, magnitude(value));
  return largest;
}

// Columns at zero whose correlation exceeds the threshold by more than `tolerance` of it, worst first.
std::vector<ActiveVariable> violators(const QuadraticRow& problem, const Penalty& penalty,
                                      const ActiveSet& set, double tolerance) {
  struct Violation {
    double excess;
    int column;
  };
  const std::vector<double>& c = set.correlations();
  const double noise = rounding * largest_correlation(problem.reference.c);
  std::vector<Violation> found;
  for (std::size_t j = 0; j < c.size(); ++j) {
    const int column = static_cast<int>(j);
    if (!may_enter(problem, j)) continue;
    const double limit = threshold(problem, penalty, set.nu(), j);
    const double excess = magnitude(c[j]) - limit;
    if (excess > tolerance * limit + noise && !set.contains(column)) found.push_back({excess, column});
  }
  std::sort(found.begin(), found.end(), [](const Violation& a, const Violation& b) {
    return a.excess != b.excess ? a.excess > b.excess : a.column < b.column;
  });
  std::vector<ActiveVariable> entering;
  entering.reserve(found.size());
  for (const Violation& violation : found) {
    entering.push_back({violation.column, c[static_cast<std::size_t>(violation.column)] > 0 ? 1 : -1, false});
  }
  return entering;
}

enum class Advance { none, within_rounding, clear };

Advance progress_since(const ActiveSet& set, const ActiveSet::Snapshot& snapshot) {
  const ActiveSet::ObjectiveChange change = set.objective_change_since(snapshot);
  if (!(change.value < 0)) return Advance::none;
  return change.value < -change.noise ? Advance::clear : Advance::within_rounding;
}

// Lets the violators in, all at once or fewer until the objective falls, if anything lowers it any more.
// Where it falls by no more than rounding, fewer are tried too: many at once may go in and out in a circle.
Advance advance(ActiveSet& set, std::vector<ActiveVariable> entering) {
  const ActiveSet::Snapshot snapshot = set.snapshot();
  const auto lowered = [&](bool settled) { return settled ? progress_since(set, snapshot) : Advance::none; };
  while (true) {
    const Advance progress = lowered(set.enter(entering) && set.settle());
    const bool alone = entering.size() == 1;
    if (progress == Advance::clear || (alone && progress == Advance::within_rounding)) return progress;
    if (!set.restore(snapshot)) return Advance::none;
    if (alone) break;
    entering.resize((entering.size() + 3) / 4);
  }
  const Advance progress = lowered(set.enter(entering) && set.settle_step_by_step());
  if (progress == Advance::none && !set.restore(snapshot)) set.clear();
  return progress;
}

// Weights outside the ball by `excess` seem better than any inside by nu excess, and pulling them back costs
// as much again as it seemed to gain.
void add_cost_of_leaving_ball(const QuadraticRow& problem, const SparseRow& row, Gap& gap) {
  double excess = -problem.row.kappa;
  for (std::size_t k = 0; k < row.columns.size() && row.columns[k] < problem.row.ball_columns; ++k) {
    excess += magnitude(row.values[k]);
  }
  if (!(excess > 0)) return;
  if (!(gap.primal > 0)) return;
  gap.relative = (std::abs(gap.primal - gap.dual) + gap.nu * excess) / gap.primal;
}

}  // namespace

// By how much the penalty must be scaled up so that nothing enters at the present correlations.
double path_start(const QuadraticRow& problem, const Penalty& penalty, const std::vector<double>& c) {
  if (penalty.slope == 0) return 1;
  double factor = 1;
  for (std::size_t j = 0; j < c.size(); ++j) {
    if (may_enter(problem, j))
      factor = std::max(factor, magnitude(c[j]) / (problem.row.weights[j] * penalty.slope));
  }
  return std::min(factor, std::numeric_limits<double>::max());
}

Gap gap_seen_through_gram(const QuadraticRow& problem, const Penalty& penalty, const ActiveSet& set,
                          const SparseRow& row) {
  GapInput input;
  input.row = &row;
  input.v = set.correlations();
  input.problem = problem.row;
  input.centred_norm2 = set.residual_norm2();
  Gap gap = penalised_gap(penalty, input);
  add_cost_of_leaving_ball(problem, row, gap);
  return gap;
}

std::vector<ActiveVariable> starting_variables(const QuadraticRow& problem, const Penalty& penalty,
                                               const SparseRow& warm) {
  std::vector<ActiveVariable> variables;
  for (std::size_t j = 0; j < problem.row.weights.size(); ++j) {
    if (problem.row.weights[j] == 0) variables.push_back({static_cast<int>(j), 0, false});
  }
  for (std::size_t k = 0; k < warm.columns.size(); ++k) {
    const double w = warm.values[k];
    const auto j = static_cast<std::size_t>(warm.columns[k]);
    if (w != 0 && may_enter(problem, j)) {
      variables.push_back({warm.columns[k], w > 0 ? 1 : -1, magnitude(w) > penalty.knee});
    }
  }
  return variables;
}

// Rounds at one point of the path until no column violates or, at its end, the gap is small enough.
void descend(const QuadraticRow& problem, const Penalty& penalty, const GramRowSettings& settings,
             PathPoint point, ActiveSet& set, int& rounds) {
  int within_rounding = 0;
  for (; rounds < settings.most_rounds && within_rounding < most_idle_rounds; ++rounds) {
    if (point == PathPoint::target &&
        gap_seen_through_gram(problem, penalty, set, set.row()).relative <= settings.tolerance)
      return;
    std::vector<ActiveVariable> entering =
        violators(problem, penalty, set, point == PathPoint::target ? 0 : settings.path_tolerance);
    if (entering.empty()) return;
    const Advance progress = advance(set, std::move(entering));
    if (progress == Advance::none) return;
    within_rounding = progress == Advance::clear ? 0 : within_rounding + 1;
  }
}

void refine(const QuadraticRow& problem, const Penalty& penalty, const GramRowSettings& settings,
            ActiveSet& set, GramRowOutcome& outcome) {
  int idle = 0;
  for (int step = 0; step < most_descent_refinements && idle < most_idle_refinements; ++step) {
    if (!set.settle()) return;
    const SparseRow row = set.row();
    const Gap gap = gap_seen_through_gram(problem, penalty, set, row);
    idle = gap.relative < 0.8 * outcome.relative_gap ? 0 : idle + 1;
    if (gap.relative < outcome.relative_gap) {
      outcome.row = row;
      outcome.nu = set.nu();
      outcome.relative_gap = gap.relative;
    }
    if (gap.relative <= 1e-3 * settings.tolerance) return;
  }
}

void polish(const QuadraticRow& problem, const Penalty& penalty, const GramRowSettings& settings,
            const PolishStart& start, ActiveSet& set, GramRowOutcome& outcome) {
  set.clear();
  if (!set.enter(starting_variables(problem, penalty, start.row))) return;
  if (start.from == PolishFrom::present_weights) set.place(start.row, start.nu);
  refine(problem, penalty, settings, set, outcome);
}

}  // namespace simplicit
