#include <simplicit/linalg/blas.hpp>
#include <simplicit/solve/active_set.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace simplicit {
namespace {

constexpr int most_settling_rounds = 60;

std::size_t at(Index position) {
  return static_cast<std::size_t>(position);
}

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
  if (nu_ == 0 && !(norm > problem_.kappa)) return;
  factor_.solve(ball_response_);
  double response = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (in_ball(variables_[i])) response += variables_[i].sign * ball_response_[i];
  }
  // The change of nu, not the difference of two rounded values of it: along a nearly singular direction the
  // response is so large that the rounding of nu alone would move the weights off the ball.
  const double change = response > 0 ? std::max(-nu_, (norm - problem_.kappa) / response) : -nu_;
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
      blas::axpy(problem_.gram.dimension, w, problem_.gram.column(v.column), c_.data());
      w_[at(change.position)] = 0;
    }
  }
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

void ActiveSet::stop_if_asked() const {
  if (problem_.should_stop != nullptr) simplicit::stop_if_asked(*problem_.should_stop);
}

bool ActiveSet::settle() {
  for (int round = 0; round < most_settling_rounds; ++round) {
    stop_if_asked();
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
    stop_if_asked();
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

SparseRow ActiveSet::row() const {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < variables_.size(); ++i) {
    if (active(static_cast<Index>(i)) && w_[i] != 0) order.push_back(i);
  }
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return variables_[a].column < variables_[b].column; });
  SparseRow row;
  for (const std::size_t i : order) {
    row.columns.push_back(variables_[i].column);
    row.values.push_back(w_[i]);
  }
  return row;
}

// With s the weighted signs and, where the ball binds, the part along sign_A taken out:
// s^T K^-1 s - (s^T K^-1 sign_A)^2 / (sign_A^T K^-1 sign_A).
double ActiveSet::norm_response() {
  const std::size_t n = variables_.size();
  std::vector<double> s(n, 0.0);
  std::vector<double> ball(n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    if (!active(static_cast<Index>(i)) || variables_[i].sign == 0) continue;
    s[i] = weight(variables_[i]) * variables_[i].sign;
    if (in_ball(variables_[i])) ball[i] = variables_[i].sign;
  }
  std::vector<double> response = s;
  factor_.solve(response);
  double value = blas::dot(static_cast<Index>(n), s.data(), response.data());
  if (nu_ > 0) {
    const double along = blas::dot(static_cast<Index>(n), ball.data(), response.data());
    std::vector<double> ball_solution = ball;
    factor_.solve(ball_solution);
    const double ball_norm = blas::dot(static_cast<Index>(n), ball.data(), ball_solution.data());
    if (ball_norm > 0) value -= along * along / ball_norm;
  }
  return std::max(0.0, value);
}

double ActiveSet::penalties() const {
  double sum = 0;
  for (std::size_t i = 0; i < variables_.size(); ++i) {
    if (w_[i] != 0 && variables_[i].sign != 0) sum += weight(variables_[i]) * penalty_.value(w_[i]);
  }
  return sum;
}

// With delta = w - w' the quadratic part changes by -1/2 delta^T (c + c').
double ActiveSet::objective_change_since(const Snapshot& snapshot) const {
  double correlation = 0;
  for (std::size_t i = 0; i < variables_.size(); ++i) {
    const auto j = at(variables_[i].column);
    correlation += w_[i] * (c_[j] + snapshot.c[j]);
  }
  for (std::size_t i = 0; i < snapshot.variables.size(); ++i) {
    const auto j = at(snapshot.variables[i].column);
    correlation -= snapshot.w[i] * (c_[j] + snapshot.c[j]);
  }
  return penalties() - snapshot.penalties - 0.5 * correlation;
}

// c = c0 - G (w - w0), over the columns where w or w0 is not zero.
void ActiveSet::update_correlations() {
  const ReferencePoint& reference = problem_.reference;
  c_.assign(reference.c.begin(), reference.c.end());
  const auto subtract = [&](int column, double change) {
    if (change != 0) blas::axpy(problem_.gram.dimension, -change, problem_.gram.column(column), c_.data());
  };
  for (std::size_t k = 0; k < reference.weights.columns.size(); ++k) {
    const int column = reference.weights.columns[k];
    const double now = contains(column) ? w_[at(position_of_[at(column)])] : 0;
    subtract(column, now - reference.weights.values[k]);
  }
  for (std::size_t i = 0; i < variables_.size(); ++i) {
    if (w_[i] != 0 && !in_reference(variables_[i].column)) subtract(variables_[i].column, w_[i]);
  }
}

bool ActiveSet::in_reference(int column) const {
  const std::vector<int>& columns = problem_.reference.weights.columns;
  return std::binary_search(columns.begin(), columns.end(), column);
}

double ActiveSet::residual_norm2() const {
  const ReferencePoint& reference = problem_.reference;
  double norm2 = reference.norm2;
  const auto add = [&](int column, double change) {
    norm2 -= change * (reference.c[at(column)] + c_[at(column)]);
  };
  for (std::size_t i = 0; i < variables_.size(); ++i) {
    if (w_[i] != 0) add(variables_[i].column, w_[i]);
  }
  for (std::size_t k = 0; k < reference.weights.columns.size(); ++k) {
    add(reference.weights.columns[k], -reference.weights.values[k]);
  }
  return std::max(0.0, norm2);
}

ActiveSet::Snapshot ActiveSet::snapshot() const {
  Snapshot snapshot;
  for (std::size_t i = 0; i < variables_.size(); ++i) {
    if (!active(static_cast<Index>(i))) continue;
    snapshot.variables.push_back(variables_[i]);
    snapshot.w.push_back(w_[i]);
  }
  snapshot.c = c_;
  snapshot.penalties = penalties();
  snapshot.nu = nu_;
  return snapshot;
}

bool ActiveSet::restore(const Snapshot& snapshot) {
  clear();
  if (!enter(snapshot.variables)) return false;
  w_ = snapshot.w;
  nu_ = snapshot.nu;
  c_ = snapshot.c;
  return true;
}

}  // namespace simplicit
