#include "solve/active_set.hpp"

#include <simplicit/linalg/blas.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace simplicit {
namespace {

constexpr int most_settling_rounds = 60;

}  // namespace

ActiveSet::ActiveSet(const QuadraticRow& problem, double ridge)
    : problem_(problem),
      ridge_(ridge),
      factor_(problem.gram),
      c_(at(problem.gram.dimension)),
      position_of_(at(problem.gram.dimension), -1) {
  update_correlations();
}

void ActiveSet::clear() {
  for (const ActiveVariable& variable : variables_) position_of_[at(variable.column)] = -1;
  factor_.clear();
  variables_.clear();
  w_.clear();
  update_correlations();
  nu_ = 0;
}

double ActiveSet::slope(const ActiveVariable& v) const {
  if (v.sign == 0) return 0;
  return weight(v) * (v.far ? penalty_.far_slope : penalty_.slope);
}

double ActiveSet::curvature(const ActiveVariable& v) const {
  if (v.sign == 0) return 0;
  return weight(v) * (v.far ? penalty_.far_curvature : penalty_.curvature);
}

bool ActiveSet::contains(int column) const {
  const Index position = position_of_[at(column)];
  return position >= 0 && active(position);
}

bool ActiveSet::enter(const std::vector<ActiveVariable>& entering) {
  std::vector<int> columns;
  std::vector<double> diagonal;
  for (const ActiveVariable& variable : entering) {
    const Index position = position_of_[at(variable.column)];
    if (position >= 0 && factor_.held(position) && variables_[at(position)].far == variable.far) {
      if (!factor_.release(position)) return false;
      variables_[at(position)] = variable;
      continue;
    }
    position_of_[at(variable.column)] = static_cast<Index>(variables_.size());
    variables_.push_back(variable);
    w_.push_back(0);
    columns.push_back(variable.column);
    diagonal.push_back(curvature(variable) + ridge_ * problem_.gram.diagonal(variable.column));
  }
  return factor_.append(columns, diagonal);
}

void ActiveSet::place(const SparseRow& row, double nu) {
  for (std::size_t k = 0; k < row.columns.size(); ++k) {
    if (contains(row.columns[k])) w_[at(position_of_[at(row.columns[k])])] = row.values[k];
  }
  nu_ = nu;
  update_correlations();
}

// The correction to the minimiser on the set: K^-1 (c - slope sign - curvature w - nu sign_A) for the present
// nu, then nu moved so that the weights end on the ball, or inside it with nu = 0. Weights and nu are
// corrected together, from a right-hand side that vanishes at the solution: where G_SS alone is singular and
// only the ball makes the solution unique (one more nonzero than samples), starting from nu = 0 would lose it
// in rounding.
void ActiveSet::solve_on_set() {
  const std::size_t n = variables_.size();
  correction_.assign(n, 0.0);
  ball_response_.assign(n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    if (!active(static_cast<Index>(i))) continue;
    const ActiveVariable& v = variables_[i];
    if (in_ball(v)) ball_response_[i] = v.sign;
    correction_[i] = c_[at(v.column)] - slope(v) * v.sign - curvature(v) * w_[i] - nu_ * ball_response_[i];
  }
  factor_.solve(correction_);
  solution_nu_ = nu_;
  double norm = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (in_ball(variables_[i])) norm += variables_[i].sign * (w_[i] + correction_[i]);
  }
  if (nu_ == 0 && !(norm > problem_.row.kappa)) return;
  factor_.solve(ball_response_);
  double response = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (in_ball(variables_[i])) response += variables_[i].sign * ball_response_[i];
  }
  // The change of nu, not the difference of two rounded values of it: along a nearly singular direction the
  // response is so large that the rounding of nu alone would move the weights off the ball.
  const double change = response > 0 ? std::max(-nu_, (norm - problem_.row.kappa) / response) : -nu_;
  solution_nu_ = nu_ + change;
  blas::axpy(static_cast<Index>(n), -change, ball_response_.data(), correction_.data());
}

std::vector<ActiveSet::Change> ActiveSet::find_changes() const {
  std::vector<Change> changes;
  for (std::size_t i = 0; i < variables_.size(); ++i) {
    const ActiveVariable& v = variables_[i];
    const auto position = static_cast<Index>(i);
    if (v.sign == 0 || !active(position)) continue;
    const double magnitude = v.sign * (w_[i] + correction_[i]);
    if (!(magnitude > 0)) {
      const bool kinkless = slope(v) == 0 && (solution_nu_ == 0 || !in_ball(v)) && !v.far;
      if (!(kinkless && magnitude == 0)) {
        changes.push_back({position, kinkless ? Change::Kind::flip : Change::Kind::leave});
      }
    } else if (v.far ? magnitude < penalty_.knee : magnitude > penalty_.knee) {
      changes.push_back({position, Change::Kind::cross_knee});
    }
  }
  return changes;
}

bool ActiveSet::apply(const std::vector<Change>& changes) {
  std::vector<Index> leaving;
  std::vector<ActiveVariable> crossing;
  std::vector<double> crossing_w;
  std::vector<const double*> columns;
  std::vector<double> changes_of_w;
  for (const Change& change : changes) {
    ActiveVariable& v = variables_[at(change.position)];
    if (change.kind == Change::Kind::flip) {
      v.sign = -v.sign;
      continue;
    }
    leaving.push_back(change.position);
    if (change.kind == Change::Kind::cross_knee) {
      crossing.push_back({v.column, v.sign, !v.far});
      crossing_w.push_back(w_[at(change.position)]);
    }
    if (const double w = w_[at(change.position)]; w != 0) {
      columns.push_back(problem_.gram.column(v.column));
      changes_of_w.push_back(-w);
      w_[at(change.position)] = 0;
    }
  }
  blas::subtract_columns(problem_.gram.dimension, static_cast<Index>(columns.size()), columns.data(),
                         changes_of_w.data(), c_.data());
  if (leaving.empty()) return true;
  bool ok = true;
  const std::vector<Index> kept = factor_.remove(leaving, ok);
  if (kept.size() < variables_.size()) {
    for (const ActiveVariable& v : variables_) position_of_[at(v.column)] = -1;
    for (std::size_t to = 0; to < kept.size(); ++to) {
      variables_[to] = variables_[at(kept[to])];
      w_[to] = w_[at(kept[to])];
      position_of_[at(variables_[to].column)] = static_cast<Index>(to);
    }
    variables_.resize(kept.size());
    w_.resize(kept.size());
  }
  if (!ok || !enter(crossing)) return false;
  for (std::size_t k = 0; k < crossing.size(); ++k) {
    w_[at(position_of_[at(crossing[k].column)])] = crossing_w[k];
    blas::axpy(problem_.gram.dimension, -crossing_w[k], problem_.gram.column(crossing[k].column), c_.data());
  }
  return true;
}

void ActiveSet::take_step(double step) {
  blas::axpy(static_cast<Index>(w_.size()), step, correction_.data(), w_.data());
  nu_ = solution_nu_;
  update_correlations();
}

void ActiveSet::pause() const {
  if (problem_.interlude != nullptr) pause_for(*problem_.interlude);
}

bool ActiveSet::settle() {
  for (int round = 0; round < most_settling_rounds; ++round) {
    pause();
    solve_on_set();
    const std::vector<Change> changes = find_changes();
    if (changes.empty()) {
      take_step(1);
      return true;
    }
    if (!apply(changes)) return false;
  }
  return false;
}

// The largest step in [0, 1] from w towards the solution at which every variable is still on its side and
// piece.
bool ActiveSet::first_block(double& step, Change& block) const {
  step = 1;
  bool blocked = false;
  for (std::size_t i = 0; i < variables_.size(); ++i) {
    const ActiveVariable& v = variables_[i];
    if (v.sign == 0 || !active(static_cast<Index>(i))) continue;
    const double from = v.sign * w_[i];
    const double to = v.sign * (w_[i] + correction_[i]);
    const double lower = v.far ? penalty_.knee : 0;
    const double upper = v.far ? infinity : penalty_.knee;
    const double bound = to < lower ? lower : upper;
    if (to >= lower && to <= upper && !(to == 0 && from == 0)) continue;
    const double reach = from == to ? 0 : std::clamp((bound - from) / (to - from), 0.0, 1.0);
    if (!blocked || reach < step) {
      step = reach;
      block = {static_cast<Index>(i), bound == 0 ? Change::Kind::leave : Change::Kind::cross_knee};
      blocked = true;
    }
  }
  return blocked;
}

bool ActiveSet::settle_step_by_step() {
  for (std::size_t most = 4 * variables_.size() + 100; most > 0; --most) {
    pause();
    solve_on_set();
    double step = 1;
    Change block{};
    if (!first_block(step, block)) {
      take_step(1);
      return true;
    }
    take_step(step);
    if (!apply({block})) return false;
  }
  return false;
}

}  // namespace simplicit
