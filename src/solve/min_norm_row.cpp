#include "solve/min_norm_row.hpp"

#include "solve/descent.hpp"

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

constexpr int most_steps = 200;
// Until the residual is within this factor of its bound, points of the path need not be solved to the end.
constexpr double near = 4;
// lambda below this fraction of lambda_max changes nothing that double precision shows.
constexpr double smallest_fraction = 1e-15;
// A residual within this factor of what rounding in G may add to it is as short as G can show.
constexpr double factor_of_noise = 16;
// A residual shorter than this fraction of |z| points its way with too few digits to prove much; the dual
// row's is made this long.
constexpr double long_enough = 1e-5;
constexpr double dual_length = 1e-3;

// The search for lambda: the largest known to meet the bound and the smallest known to miss it.
struct Bracket {
  double meets = 0;
  double misses = infinity;
};

// Where the residual would meet the bound if the active set stayed, held inside the bracket and within a
// factor of the present lambda on the way down.
double next_lambda(double lambda, double norm2, double bound2, double response, double ratio,
                   const Bracket& bracket) {
  const double squared = response > 0 ? lambda * lambda - (norm2 - bound2) / response : 0;
  double next = std::sqrt(std::max(0.0, squared));
  next = std::max(next, lambda / ratio);
  if (bracket.meets > 0 && !(next > bracket.meets && next < bracket.misses)) {
    next = bracket.misses < infinity ? std::sqrt(bracket.meets * bracket.misses) : 2 * bracket.meets;
  }
  return next;
}

// The bound that G can show: not below what rounding may add to the residual.
double shown_bound2(const ActiveSet& set, double bound2) {
  return std::max(bound2, factor_of_noise * set.residual_noise2());
}

// What part of the penalised objective is the norm itself: the norm's relative gap is that of the objective
// over this.
double share_of_norm(const QuadraticRow& problem, double lambda, const ActiveSet& set) {
  const SparseRow row = set.row();
  double norm = 0;
  for (std::size_t k = 0; k < row.columns.size(); ++k) {
    norm += problem.row.weights[static_cast<std::size_t>(row.columns[k])] * std::abs(row.values[k]);
  }
  const double total = lambda * norm + 0.5 * set.residual_norm2();
  return total > 0 ? lambda * norm / total : 1;
}

}  // namespace

MinNormOutcome solve_min_norm_row(const QuadraticRow& problem, double residual_bound,
                                  const GramRowSettings& settings, const MinNormStart& start) {
  MinNormOutcome outcome;
  const double bound2 = residual_bound * residual_bound;
  ActiveSet set(problem, proximal_ridge);
  const Penalty unit = l1_penalty(1);
  const bool warm = start.lambda > 0;
  set.set_penalty(l1_penalty(start.lambda));
  if (!set.enter(starting_variables(problem, unit, warm ? start.row : SparseRow{}))) return outcome;
  if (warm) set.place(start.row, start.nu);
  if (!set.settle()) return outcome;
  const double lambda_max = warm ? start.lambda : path_start(problem, unit, set.correlations());
  double lambda = lambda_max;
  Bracket bracket;
  int rounds = 0;
  for (int step = 0; step < most_steps; ++step) {
    const Penalty penalty = l1_penalty(lambda);
    set.set_penalty(penalty);
    if (!set.settle()) break;
    const bool on_the_way = set.residual_norm2() > near * shown_bound2(set, bound2);
    descend(problem, penalty, settings, on_the_way ? PathPoint::on_the_way : PathPoint::target, set, rounds);
    double norm2 = set.residual_norm2();
    if (on_the_way && norm2 <= near * shown_bound2(set, bound2)) {
      descend(problem, penalty, settings, PathPoint::target, set, rounds);
      norm2 = set.residual_norm2();
    }
    const double shown2 = shown_bound2(set, bound2);
    if (norm2 <= shown2) {
      bracket.meets = std::max(bracket.meets, lambda);
      outcome.reached = true;
      const double short2 = shown2 > bound2 ? (1 - 1 / near) * shown2 : settings.tolerance * bound2;
      if (shown2 - norm2 <= short2) break;
    } else {
      bracket.misses = std::min(bracket.misses, lambda);
    }
    if (lambda < smallest_fraction * lambda_max || rounds >= settings.most_rounds) break;
    const double next = next_lambda(lambda, norm2, shown2, set.norm_response(), settings.path_ratio, bracket);
    if (next == lambda || (bracket.meets > 0 && bracket.misses <= bracket.meets * (1 + 1e-15))) break;
    lambda = next;
  }
  if (bracket.meets > 0) lambda = bracket.meets;
  GramRowOutcome last;
  const Penalty penalty = l1_penalty(lambda);
  set.set_penalty(penalty);
  GramRowSettings final = settings;
  if (set.settle()) {
    final.tolerance *= share_of_norm(problem, lambda, set);
    descend(problem, penalty, final, PathPoint::target, set, rounds);
  }
  outcome.row = set.row();
  outcome.nu = set.nu();
  refine(problem, penalty, final, set, last);
  if (!(last.relative_gap <= final.tolerance))
    polish(problem, penalty, final, {PolishFrom::present_weights, outcome.row, outcome.nu}, set, last);
  if (last.relative_gap < infinity) {
    outcome.row = std::move(last.row);
    outcome.nu = last.nu;
  }
  if (bound2 < long_enough * long_enough * problem.row.target_norm2) {
    // On a set that matches to the end |rho| is the root of the response times lambda.
    const double response = set.norm_response();
    const double length = dual_length * std::sqrt(problem.row.target_norm2);
    if (response > 0) outcome.dual_row = set.row_at(l1_penalty(length / std::sqrt(response)));
  }
  outcome.lambda = lambda;
  outcome.factorisations = set.factorisations();
  return outcome;
}

}  // namespace simplicit
