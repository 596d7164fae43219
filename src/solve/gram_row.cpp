#include <simplicit/solve/descent.hpp>
#include <simplicit/solve/gram_row.hpp>

#include <algorithm>
#include <cmath>

namespace simplicit {

GramRowOutcome solve_gram_row(const QuadraticRow& problem, const Penalty& penalty,
                              const GramRowSettings& settings, const SparseRow& warm) {
  GramRowOutcome outcome;
  ActiveSet set(problem, proximal_ridge);
  int rounds = 0;
  double factor = 1;
  set.set_penalty(penalty);
  const bool started = set.enter(starting_variables(problem, penalty, warm)) && set.settle();
  if (!started) {
    set.clear();
    if (!set.enter(starting_variables(problem, penalty, {})) || !set.settle()) return outcome;
  }
  if (warm.columns.empty() || !started) factor = path_start(problem, penalty, set.correlations());
  const int steps =
      std::max(1, static_cast<int>(std::ceil(std::log(factor) / std::log(settings.path_ratio) - 1e-9)));
  for (int step = steps - 1; step >= 0; --step) {
    const Penalty at_step = penalty.scaled(std::pow(factor, static_cast<double>(step) / steps));
    set.set_penalty(at_step);
    if (!set.settle()) break;
    descend(problem, at_step, settings, step == 0 ? PathPoint::target : PathPoint::on_the_way, set, rounds);
  }
  set.set_penalty(penalty);
  polish(problem, penalty, settings, PolishFrom::zero, set, outcome);
  outcome.factorisations = set.factorisations();
  return outcome;
}

}  // namespace simplicit
