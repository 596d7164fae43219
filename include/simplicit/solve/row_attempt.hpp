#pragma once

#include <simplicit/certify/block_residuals.hpp>
#include <simplicit/certify/certificate.hpp>
#include <simplicit/solve/block_settings.hpp>
#include <simplicit/solve/row_result.hpp>

#include <variant>
#include <vector>

namespace simplicit {

/// A row whose mismatch and penalty are weighed against each other: 1/2 |z - Phi w|^2 + sum_j weight_j
/// h(w_j).
struct PenalisedRow {
  Penalty penalty;
};

/// A row of the smallest weighted norm among those that match, |z - Phi w| <= delta |z|. It is found as a
/// penalised row whose lambda falls until the residual is short enough.
struct MatchedRow {
  double delta = 0;
  double margin = 0;       ///< aims at (1 - margin) delta |z|, so that rounding stays within the bound
  double lambda = 0;       ///< where the last search ended, 0 before the first
  bool reached = false;    ///< whether it met its bound there
  SparseRow dual_row;      ///< weights whose residual is a second dual point; may be empty
  double proven_norm = 0;  ///< proven: weights that match have at least this norm
  double impossible = 0;   ///< proven while the bound is missed: no weights of a smaller norm match
};

/// One row on its way to a certificate, whichever regime solves it: what it minimises, its present weights,
/// and the best weights so far with their proof.
struct RowAttempt {
  Index row = 0;
  RowProblem problem;  ///< over all features
  std::variant<PenalisedRow, MatchedRow> aim;
  bool trivial = false;  ///< the constant alone fits the target: finished before it began

  SparseRow w;              ///< present weights, of the features as stored
  double nu = 0;            ///< multiplier of the ball there
  double residual = 0;      ///< |rho| / |z| of the present weights, as measured last
  RowResult result;         ///< of the best weights so far
  double score = infinity;  ///< of those: their relative gap, 0 when they are exact to rounding, above 1 when
                            ///< a matched row misses its bound
};

/// A row at zero. `lambda_max` is its own (see lambda_max_of). A row whose target is constant is finished.
/// Points into `settings`, which must stay where they are.
[[nodiscard]] RowAttempt begin_attempt(const BlockSettings& settings, Index row, const RowSamples& samples,
                                       double lambda_max);
/// The same for samples that are given by their sums alone.
[[nodiscard]] RowAttempt begin_attempt(const BlockSettings& settings, Index row, double target_norm2,
                                       double lambda_max, Precision precision);

/// Finishes a row whose target the constant alone fits: w = 0 with no gap.
void finish_if_constant(RowAttempt& attempt, const RowSamples& samples);

/// max over penalised columns of |c_j| / weight_j, with c the centred correlations of the target (d).
[[nodiscard]] double lambda_max_of(std::span<const double> c, std::span<const double> weights);

/// Solves the attempt's problem in a Gram matrix of shifted features (as stored when `samples` is null) to a
/// relative gap of `tolerance` as the matrix shows it, from the attempt's weights when `warm`. `columns` maps
/// the problem's columns to global ones; null when they are the same.
void solve_attempt(RowAttempt& attempt, const RowSamples* samples, const QuadraticRow& problem,
                   const std::vector<int>* columns, double tolerance, bool warm);

/// Whether the present weights are the best over all features, as far as the solver could see, or features
/// are about to enter.
enum class Reach { all_features, some_features };

/// Certifies the present weights from row i of the measured residuals, and keeps them when they are the best
/// so far. True when the row needs no more work.
[[nodiscard]] bool certify_attempt(RowAttempt& attempt, const BlockResiduals& residuals, Index i,
                                   double tolerance, Reach reach = Reach::all_features);

/// Certifies the present weights, measured before, once more: from a dual point in more digits than their
/// residual has (refined_dual). For rows whose certificates come to a halt above the tolerance. True when the
/// row needs no more work.
[[nodiscard]] bool refine_certificate(RowAttempt& attempt, const RowSamples& samples, double tolerance);

/// The relative gap of the present weights as these residuals show it, 1 where a matched row misses its
/// bound; keeps nothing.
[[nodiscard]] double estimated_score(const RowAttempt& attempt, const BlockResiduals& residuals, Index i);

/// The final word on a row.
[[nodiscard]] RowResult finish_attempt(RowAttempt& attempt, double tolerance);

/// Residuals of the attempts' present weights; what their dual rows prove, where they have one, is kept in
/// the attempts.
[[nodiscard]] BlockResiduals measure(const RowSamples& samples, const std::vector<RowAttempt*>& attempts);

}  // namespace simplicit
