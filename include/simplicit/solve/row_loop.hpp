#pragma once

#include <simplicit/solve/row_attempt.hpp>

#include <functional>
#include <optional>
#include <vector>

namespace simplicit {

/// A row and its problem seen through a Gram matrix. The reference point starts as w = 0 and moves to
/// measured points.
struct GramAttempt {
  RowAttempt row;
  QuadraticRow problem;
  const std::vector<int>* columns =
      nullptr;                   ///< of the problem among all features, ascending; null for all of them
  std::vector<double> measured;  ///< what the reference point's correlations view after a correction
};

/// How a set of rows is solved and certified.
struct RowLoop {
  double tolerance = 1e-6;
  int most_corrections = 8;
  bool more_digits = false;  ///< certify rows whose certificates come to a halt in more digits (refined_dual)
  const RowSamples* samples = nullptr;  ///< null where the Gram matrix is of the features as they are stored
  Interlude interlude;                  ///< called before each correction
  /// The residuals of these rows' present weights, column i for row i; nothing when no rank has any left,
  /// which ends the loop. Where rows are measured by all ranks together it is collective.
  std::function<std::optional<BlockResiduals>(const std::vector<RowAttempt*>& open)> measure;
  /// Runs what this rank does by itself; where ranks work together, so that all leave with the error of one.
  std::function<void(const std::function<void()>&)> alone = [](const std::function<void()>& work) { work(); };
};

/// Rows of one rank, measured on samples that it sees; `samples` and `settings` must stay where they are.
[[nodiscard]] RowLoop loop_on(const RowSamples& samples, const BlockSettings& settings);

/// Every row is solved in its Gram matrix, measured on the data, and certified; a row whose certificate falls
/// short is solved again from what was measured, which corrects what rounding in the Gram matrix left
/// (iterative refinement of the whole problem), a few times. Rows that have weights start from them.
void solve_and_certify(std::vector<GramAttempt>& attempts, const RowLoop& loop);

/// The final word on each, in their order.
[[nodiscard]] std::vector<RowResult> results_of(std::vector<GramAttempt>& attempts, double tolerance);

}  // namespace simplicit
