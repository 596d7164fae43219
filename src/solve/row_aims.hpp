#pragma once

#include "solve/gram_row.hpp"
#include <simplicit/solve/row_attempt.hpp>

#include <optional>

// What differs between penalised and matched rows: how they are solved, and what their certificates prove.

namespace simplicit {

/// Weights that a solver found in a Gram matrix, in its numbering.
struct FoundWeights {
  SparseRow w;
  double nu = 0;
  int factorisations = 0;
};

/// Solves to a relative gap of `tolerance`, from `start` and the ball's multiplier there when `warm`.
[[nodiscard]] FoundWeights find_weights(const PenalisedRow& aim, const QuadraticRow& problem,
                                        double tolerance, const SparseRow& start, double nu, bool warm);
[[nodiscard]] FoundWeights find_weights(MatchedRow& aim, const QuadraticRow& problem, double tolerance,
                                        const SparseRow& start, double nu, bool warm);

/// The gap of weights, without keeping anything.
[[nodiscard]] Gap gap_of(const PenalisedRow& aim, const GapInput& input);
[[nodiscard]] Gap gap_of(const MatchedRow& aim, const GapInput& input);

/// Whether weights of this relative residual are no answer at all.
[[nodiscard]] bool misses_bound(const PenalisedRow& aim, double residual);
[[nodiscard]] bool misses_bound(const MatchedRow& aim, double residual);

/// What is said of weights: how good they are (RowAttempt::score) and how the row stands with them.
struct Verdict {
  Gap gap;
  double score = 0;
  RowStatus status = RowStatus::solved;
};

/// Judges weights of this relative residual, and keeps what was proven about all weights.
[[nodiscard]] Verdict judge(PenalisedRow& aim, const GapInput& input, double residual, double tolerance,
                            Reach reach);
[[nodiscard]] Verdict judge(MatchedRow& aim, const GapInput& input, double residual, double tolerance,
                            Reach reach);

/// The penalty at whose minimum the present weights lie; nothing before there is one.
[[nodiscard]] std::optional<Penalty> penalty_at_minimum(const PenalisedRow& aim);
[[nodiscard]] std::optional<Penalty> penalty_at_minimum(const MatchedRow& aim);

/// The gap from a refined dual point; nothing where it proves no gap of these weights, only what is
/// impossible.
[[nodiscard]] std::optional<Gap> refined_gap(PenalisedRow& aim, const GapInput& input, double residual);
[[nodiscard]] std::optional<Gap> refined_gap(MatchedRow& aim, const GapInput& input, double residual);

/// Corrects the status of a row that ends with `score`, when no weights can be what was asked for.
void settle_status(const PenalisedRow& aim, double score, double tolerance, RowResult& result);
void settle_status(const MatchedRow& aim, double score, double tolerance, RowResult& result);

/// The slope that the correlation of a feature at zero is held against while features are looked for.
[[nodiscard]] double search_slope(const PenalisedRow& aim, double lambda_max);
[[nodiscard]] double search_slope(const MatchedRow& aim, double lambda_max);

/// Whether the last search ended where a larger set of features should not start: its lambda fell for want of
/// features that match.
[[nodiscard]] bool ended_short(const PenalisedRow& aim);
[[nodiscard]] bool ended_short(const MatchedRow& aim);

}  // namespace simplicit
