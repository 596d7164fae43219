#pragma once

#include "solve/active_set.hpp"
#include "solve/gram_row.hpp"
#include <simplicit/certify/certificate.hpp>

#include <vector>

namespace simplicit {

/// Relative to G_jj, on the diagonal of every factor: large enough for every set of columns to be factored,
/// small enough to vanish in refinement.
inline constexpr double proximal_ridge = 1e-12;

/// The free columns, and the columns of `warm` with their signs: what an active set starts from.
[[nodiscard]] std::vector<ActiveVariable> starting_variables(const QuadraticRow& problem,
                                                             const Penalty& penalty, const SparseRow& warm);

/// By what factor the penalty must be scaled up for nothing to enter at these correlations; at least 1.
[[nodiscard]] double path_start(const QuadraticRow& problem, const Penalty& penalty,
                                const std::vector<double>& c);

/// Whether a point of the path is on the way or the target itself, solved until its gap is small.
enum class PathPoint { on_the_way, target };

/// Lets violating columns in, round by round, until none violates or the gap is small enough; the set's
/// penalty is `penalty`. `rounds` counts up to settings.most_rounds.
void descend(const QuadraticRow& problem, const Penalty& penalty, const GramRowSettings& settings,
             PathPoint point, ActiveSet& set, int& rounds);

/// The gap as G shows it.
[[nodiscard]] Gap gap_seen_through_gram(const QuadraticRow& problem, const Penalty& penalty,
                                        const ActiveSet& set, const SparseRow& row);

/// Corrects the weights on the present set from their exact correlations until the gap no longer falls.
/// Leaves the best row and its gap in `outcome` where they are better than what stands there.
void refine(const QuadraticRow& problem, const Penalty& penalty, const GramRowSettings& settings,
            ActiveSet& set, GramRowOutcome& outcome);

/// Which weights `polish` starts from: from zero the order in which columns entered leaves no trace; the
/// present ones, where a first solution from zero would be too rough for the penalty to be seen.
enum class PolishFrom { zero, present_weights };
struct PolishStart {
  PolishFrom from = PolishFrom::zero;
  SparseRow row;
  double nu = 0;
};

/// The weights anew from the sorted support of `start`, with one factorisation and `refine`: for rows whose
/// factor, changed many times, has lost too many digits.
void polish(const QuadraticRow& problem, const Penalty& penalty, const GramRowSettings& settings,
            const PolishStart& start, ActiveSet& set, GramRowOutcome& outcome);

}  // namespace simplicit
