#include "solve/gram_row.hpp"

#include "solve/descent.hpp"

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

constexpr double longest_path = 1e25;

}  // namespace

GramRowOutcome solve_gram_row(const QuadraticRow& problem, const Penalty& penalty,
                              const GramRowSettings& settings, const SparseRow& warm, double warm_nu) {
  GramRowOutcome outcome;
  ActiveSet set(problem, proximal_ridge);
  int rounds = 0;
  double factor = 1;
  set.set_penalty(penalty);
  bool started = set.enter(starting_variables(problem, penalty, warm));
  if (started) {
    set.place(warm, warm_nu);
    started = set.settle();
  }
  if (!started) {
    set.clear();
    if (!set.enter(starting_variables(problem, penalty, {})) || !set.settle()) return outcome;
  }
  if (warm.columns.empty() || !started) factor = path_start(problem, penalty, set.correlations());
  // Slopes below what rounding leaves of the largest correlation change nothing: the path ends there.
  const double length = std::min(factor, longest_path);
  const int steps =
      std::max(1, static_cast<int>(std::ceil(std::log(length) / std::log(settings.path_ratio) - 1e-9)));
  for (int step = steps - 1; step >= 0; --step) {
    const double along = std::pow(length, static_cast<double>(step) / steps);
    const Penalty at_step = penalty.scaled(step == 0 ? 1 : factor / length * along);
    set.set_penalty(at_step);
    if (!set.settle()) break;
    descend(problem, at_step, settings, step == 0 ? PathPoint::target : PathPoint::on_the_way, set, rounds);
  }
  set.set_penalty(penalty);
  const SparseRow found = set.row();
  const double nu = set.nu();
  const double gap = gap_seen_through_gram(problem, penalty, set, found).relative;
  const auto polish_from = [&](PolishFrom from) {
    polish(problem, penalty, settings, {from, found, nu}, set, outcome);
  };
  refine(problem, penalty, settings, set, outcome);
  outcome.factorisations = set.factorisations();
  if (outcome.relative_gap <= settings.tolerance) return outcome;
  // A measured reference point is known better than anything that lies between it and zero.
  const bool measured = !problem.reference.weights.columns.empty();
  polish_from(measured ? PolishFrom::present_weights : PolishFrom::zero);
  if (!(outcome.relative_gap <= std::max(settings.tolerance, gap))) {
    polish_from(measured ? PolishFrom::zero : PolishFrom::present_weights);
  }
  outcome.factorisations = set.factorisations();
  return outcome;
}

}  // namespace simplicit
