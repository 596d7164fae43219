#pragma once

#include "solve/active_factor.hpp"
#include <simplicit/problem/quadratic_row.hpp>

#include <vector>

namespace simplicit {

/// A place in a list of the standard library.
[[nodiscard]] inline std::size_t at(Index position) {
  return static_cast<std::size_t>(position);
}

/// One variable of an active set: which column, on which side of zero, on which piece of its penalty.
struct ActiveVariable {
  int column = 0;
  int sign = 0;      ///< of w; 0 for a free column
  bool far = false;  ///< beyond the penalty's knee
};

/// The variables that are not at zero, their weights and the multiplier of the ball, for one row problem.
///
/// While signs and pieces are fixed the problem is an equality-constrained quadratic, solved exactly with one
/// factorisation:
///     (G_SS + curvature) w = Phi_S^T z - slope_S sign_S - nu sign_A,     nu >= 0 with sign_A^T w <= kappa.
class ActiveSet {
 public:
  /// `ridge` times a column's own G_jj is added to its diagonal. Weights are found as corrections to the
  /// present ones from the exact correlations c = Phi^T (z - Phi w), so the ridge slows the last digits but
  /// does not change where they go (a proximal point step), and rounding in the factor is corrected too
  /// (iterative refinement).
  ActiveSet(const QuadraticRow& problem, double ridge);

  void set_penalty(const Penalty& penalty) { penalty_ = penalty; }
  void clear();
  /// Adds variables (columns not in the set) with weight 0. False when the factorisation breaks down.
  [[nodiscard]] bool enter(const std::vector<ActiveVariable>& entering);
  /// Starts from these weights, as far as their columns are in the set, and this multiplier, so that solving
  /// only corrects them.
  void place(const SparseRow& row, double nu);
  /// Solves for the weights, takes out the variables whose weight left its side of zero, moves those that
  /// crossed the knee, and repeats until none does. False when a factorisation broke down or it did not come
  /// to an end.
  [[nodiscard]] bool settle();
  /// Moves from the present weights towards the minimiser on the set and stops where the first variable
  /// leaves its side or piece, takes it out, and repeats: never increases the objective.
  [[nodiscard]] bool settle_step_by_step();

  [[nodiscard]] bool contains(int column) const;
  /// Nonzero weights by ascending column.
  [[nodiscard]] SparseRow row() const;
  [[nodiscard]] double nu() const { return nu_; }
  /// Phi^T (z - Phi w) (d).
  [[nodiscard]] const std::vector<double>& correlations() const { return c_; }
  [[nodiscard]] int factorisations() const { return factor_.factorisations(); }

  /// |z - Phi w|^2.
  [[nodiscard]] double residual_norm2() const;
  /// What rounding may add to it: eps (sum_j |w_j - w0_j| |phi_j|)^2, nothing at the reference point.
  [[nodiscard]] double residual_noise2() const;
  /// How the weighted l1 norm falls as the slope grows while the set stays: -d(sum weight_j |w_j|)/d slope >=
  /// 0.
  [[nodiscard]] double norm_response();

  /// The minimiser on the set for another penalty, with signs and pieces as they are, whatever signs come
  /// out. The set stays where it is.
  [[nodiscard]] SparseRow row_at(const Penalty& penalty);

  /// A set to come back to.
  struct Snapshot {
    std::vector<ActiveVariable> variables;
    std::vector<double> w;
    std::vector<double> c;
    double penalties = 0;
    double nu = 0;
  };
  [[nodiscard]] Snapshot snapshot() const;
  /// Objective now less objective then, from differences so that it is right even where it is tiny.
  struct ObjectiveChange {
    double value = 0;
    double noise = 0;  ///< what rounding may make of no change
  };
  [[nodiscard]] ObjectiveChange objective_change_since(const Snapshot& snapshot) const;
  /// Factors the snapshot's variables anew, in its order. False when that breaks down.
  [[nodiscard]] bool restore(const Snapshot& snapshot);

 private:
  void pause() const;  ///< calls the interlude
  /// Something `settle` found wrong with a variable.
  struct Change {
    Index position;
    enum class Kind { leave, flip, cross_knee } kind;
  };
  [[nodiscard]] bool active(Index position) const { return !factor_.held(position); }
  [[nodiscard]] bool in_ball(const ActiveVariable& v) const { return v.column < problem_.row.ball_columns; }
  [[nodiscard]] double weight(const ActiveVariable& v) const {
    return problem_.row.weights[static_cast<std::size_t>(v.column)];
  }
  [[nodiscard]] double slope(const ActiveVariable& v) const;
  [[nodiscard]] bool in_reference(int column) const;
  [[nodiscard]] double penalties() const;
  [[nodiscard]] double curvature(const ActiveVariable& v) const;

  void solve_on_set();
  [[nodiscard]] std::vector<Change> find_changes() const;
  [[nodiscard]] bool apply(const std::vector<Change>& changes);
  [[nodiscard]] bool first_block(double& step, Change& block) const;
  void take_step(double step);
  void update_correlations();

  const QuadraticRow& problem_;
  double ridge_;
  Penalty penalty_;
  ActiveFactor factor_;
  // By position in the factor's base, held positions among them.
  std::vector<ActiveVariable> variables_;
  std::vector<double> w_;              ///< present weights, 0 where held
  std::vector<double> c_;              ///< (d) correlations at the present weights
  std::vector<double> correction_;     ///< to the minimiser on the set, for the multiplier solution_nu_
  std::vector<double> ball_response_;  ///< solution for the right-hand side sign_A
  double nu_ = 0;
  double solution_nu_ = 0;
  std::vector<Index> position_of_;  ///< latest position in the base of each column (d), -1 for none
};

}  // namespace simplicit
