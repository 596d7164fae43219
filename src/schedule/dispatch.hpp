#pragma once

#include <simplicit/schedule/assignment.hpp>

namespace simplicit {

/// What carries out the coordinator's decisions: messages, a clock and its own solving; real in a run
/// (schedule/coordinator.hpp), simulated in a prediction (schedule/simulation.hpp).
class Execution {
 public:
  virtual ~Execution() = default;
  /// True ends the dispatch before all blocks are done.
  [[nodiscard]] virtual bool should_stop() = 0;
  /// Sends a block to a worker.
  virtual void give(const Assignment& assignment) = 0;
  /// Root solves the block itself, serving between its rows, and marks it as finished.
  virtual void solve(Index block) = 0;
  /// Marks as finished all blocks whose results have arrived; whether anything had.
  virtual bool collect() = 0;
  /// Lets time pass: nothing was there to do, or (`had_work`) there was.
  virtual void pause(bool had_work) = 0;
};

/// Takes in what has arrived and hands out what workers should have now; whether anything had arrived. Called
/// between root's blocks and, by solve, between the rows of a block. `solvers` is the number of ranks that
/// solve.
bool serve(Ledger& ledger, int solvers, Execution& execution);

/// The number of ranks that solve: all but a root that only serves.
[[nodiscard]] inline int solvers_of(const Ledger& ledger, bool root_solves) {
  return ledger.ranks() - (root_solves ? 0 : 1);
}

/// The coordinator's main loop: hands out blocks, solves one itself when `root_solves`, collects what has
/// arrived, until every block of the ledger is done or it should stop.
void dispatch(Ledger& ledger, bool root_solves, Execution& execution);

}  // namespace simplicit
