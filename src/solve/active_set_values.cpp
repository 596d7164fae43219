#include "solve/active_set.hpp"
#include <simplicit/linalg/blas.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

// What an active set says of its present weights, and going back to earlier ones.

namespace simplicit {
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
ActiveSet::ObjectiveChange ActiveSet::objective_change_since(const Snapshot& snapshot) const {
  double correlation = 0;
  double size = penalties() + snapshot.penalties;
  const auto add = [&](int column, double change) {
    const double term = change * (c_[at(column)] + snapshot.c[at(column)]);
    correlation += term;
    size += 0.5 * std::abs(term);
  };
  for (std::size_t i = 0; i < variables_.size(); ++i) add(variables_[i].column, w_[i]);
  for (std::size_t i = 0; i < snapshot.variables.size(); ++i) {
    add(snapshot.variables[i].column, -snapshot.w[i]);
  }
  return {penalties() - snapshot.penalties - 0.5 * correlation,
          16 * std::numeric_limits<double>::epsilon() * size};
}

// c = c0 - G (w - w0), over the columns where w or w0 is not zero.
void ActiveSet::update_correlations() {
  const ReferencePoint& reference = problem_.reference;
  c_.assign(reference.c.begin(), reference.c.end());
  std::vector<const double*> columns;
  std::vector<double> changes;
  const auto subtract = [&](int column, double change) {
    if (change == 0) return;
    columns.push_back(problem_.gram.column(column));
    changes.push_back(change);
  };
  for (std::size_t k = 0; k < reference.weights.columns.size(); ++k) {
    const int column = reference.weights.columns[k];
    const double now = contains(column) ? w_[at(position_of_[at(column)])] : 0;
    subtract(column, now - reference.weights.values[k]);
  }
  for (std::size_t i = 0; i < variables_.size(); ++i) {
    if (w_[i] != 0 && !in_reference(variables_[i].column)) subtract(variables_[i].column, w_[i]);
  }
  blas::subtract_columns(problem_.gram.dimension, static_cast<Index>(columns.size()), columns.data(),
                         changes.data(), c_.data());
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

double ActiveSet::residual_noise2() const {
  const ReferencePoint& reference = problem_.reference;
  double length = 0;
  const auto add = [&](int column, double change) {
    length += std::abs(change) * std::sqrt(problem_.gram.diagonal(column));
  };
  for (std::size_t k = 0; k < reference.weights.columns.size(); ++k) {
    const int column = reference.weights.columns[k];
    add(column, (contains(column) ? w_[at(position_of_[at(column)])] : 0) - reference.weights.values[k]);
  }
  for (std::size_t i = 0; i < variables_.size(); ++i) {
    if (w_[i] != 0 && !in_reference(variables_[i].column)) add(variables_[i].column, w_[i]);
  }
  return std::numeric_limits<double>::epsilon() * length * length;
}

SparseRow ActiveSet::row_at(const Penalty& penalty) {
  const Snapshot present = snapshot();
  const std::vector<double> w = w_;
  const Penalty present_penalty = penalty_;
  penalty_ = penalty;
  for (int refinement = 0; refinement < 3; ++refinement) {
    solve_on_set();
    take_step(1);
  }
  SparseRow row_there = row();
  penalty_ = present_penalty;
  w_ = w;
  c_ = present.c;
  nu_ = present.nu;
  return row_there;
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
