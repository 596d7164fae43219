#pragma once

#include <simplicit/certify/certificate.hpp>
#include <simplicit/problem/quadratic_row.hpp>

namespace simplicit {

/// How far a row is solved in the Gram matrix, and how it gets there.
struct GramRowSettings {
  double tolerance = 1e-7;      ///< relative gap, seen through G
  double path_ratio = 2;        ///< the penalty falls to its target by at most this factor at a time
  double path_tolerance = 0.3;  ///< how far correlations may exceed the slope on the way, relative to it
  int most_rounds = 500;
};

/// How the search for the weights of a row ended.
struct GramRowOutcome {
  SparseRow row;
  double nu = 0;
  double relative_gap = infinity;  ///< seen through G
  int factorisations = 0;
  bool finite = true;  ///< false: a non-finite number came up, the row is empty
};

/// Minimises one row problem over its active set, from the weights of `warm` and the ball's multiplier there
/// or from zero.
///
/// The penalty falls along a path; at each point all violating columns enter at once and those whose sign
/// turns out wrong leave at once. The step is taken when the objective falls; otherwise fewer columns enter,
/// down to a single one with a step that cannot fail to descend.
[[nodiscard]] GramRowOutcome solve_gram_row(const QuadraticRow& problem, const Penalty& penalty,
                                            const GramRowSettings& settings, const SparseRow& warm,
                                            double warm_nu = 0);

}  // namespace simplicit
