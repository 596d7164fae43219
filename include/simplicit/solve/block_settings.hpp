#pragma once

#include <simplicit/base/should_stop.hpp>
#include <simplicit/problem/objective.hpp>
#include <simplicit/problem/quadratic_row.hpp>

#include <functional>
#include <vector>

namespace simplicit {

/// What all rows of a run share.
struct BlockSettings {
  ObjectiveSettings objective;
  double kappa = 0.95;
  double tolerance = 1e-6;  ///< relative duality gap at which a row counts as solved
  Index states = 0;         ///< n: rows below n are rows of [A B], the others of [C D]
  bool bias = false;        ///< the last feature is the constant, never penalised
  /// Weights of the penalty, one vector (d) for each kind of row: 0 frees a column, infinity forbids it.
  std::vector<std::vector<double>> weight_sets;
  std::vector<int> weight_set_of_row;  ///< (n + q)
  Interlude interlude;                 ///< called between the steps of a solve

  [[nodiscard]] Index ball_columns(Index row) const { return row < states ? states : 0; }
  /// What is asked of a row whose target has this size.
  [[nodiscard]] RowProblem problem(Index row, double target_norm2) const {
    return {weights(row), ball_columns(row), kappa, target_norm2};
  }
  [[nodiscard]] const std::vector<double>& weights(Index row) const {
    return weight_sets[static_cast<std::size_t>(weight_set_of_row[static_cast<std::size_t>(row)])];
  }
};

/// Weights to start row `row` from; empty for a start from zero.
using WarmStart = std::function<SparseRow(Index row)>;

}  // namespace simplicit
