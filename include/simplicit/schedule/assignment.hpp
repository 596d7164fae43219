#pragma once

#include <simplicit/schedule/ledger.hpp>

#include <optional>
#include <vector>

namespace simplicit {

// The coordinator's decisions, without clock or messages, so that tests and predictions can drive them.
//
// Root answers only between its own blocks, so a worker that finishes meanwhile would wait; therefore a
// worker is given a second block while it solves the first. A block given ahead is bound to its worker, which
// is wrong for a block that leaves the worker with more than its share of the work: it stays with root until
// a rank is free. Near the end root takes the cheapest blocks, so that it is soon there to answer.

/// A block and the rank it is given to.
struct Assignment {
  Index block = 0;
  int rank = 0;
};

/// The rank that coordinates.
inline constexpr int coordinating_rank = 0;

/// Above this number of ranks root only serves.
inline constexpr int most_ranks_with_solving_root = 32;
[[nodiscard]] inline bool root_solves(int ranks) {
  return ranks <= most_ranks_with_solving_root;
}

/// Leases to the workers (ranks 1 and up) all that they should have now, the costliest blocks first: first
/// one block to each that has none, then one ahead to each that has one and whose share is not exceeded by
/// it. `solvers` is the number of ranks that solve.
[[nodiscard]] std::vector<Assignment> assign_to_workers(Ledger& ledger, int solvers);

/// Leases the block that root should solve itself next, if any is pending.
[[nodiscard]] std::optional<Index> assign_to_root(Ledger& ledger);

}  // namespace simplicit
