#pragma once

#include <simplicit/schedule/assignment.hpp>

#include <cstddef>
#include <vector>

namespace simplicit {

/// What messages cost, in seconds and bytes a second.
struct MessageCosts {
  double latency = 0;                ///< from the sender to the receiver, whatever the length
  double seconds_per_byte = 0;       ///< of a link; root's is shared by all results that reach it
  double send_seconds = 0;           ///< of root for an order
  double take_seconds = 0;           ///< of root for a result, whatever its length
  double take_seconds_per_byte = 0;  ///< of root for a result: unpacking, journal
  double pack_seconds_per_byte = 0;  ///< of a worker for its result
};

/// A block as the simulation sees it.
struct BlockWork {
  double cost = 0;     ///< what the scheduler believes, any unit
  double seconds = 0;  ///< solving it takes
  double bytes = 0;    ///< of its result
  double rows = 1;     ///< between which root serves when it solves the block
};

/// When a block was sent to its rank, begun and solved, in seconds after the first block was handed out.
struct BlockTimes {
  Index block = 0;
  int rank = 0;
  double given = 0;
  double begun = 0;
  double solved = 0;
};

/// What happened on the simulated ranks.
struct SimulatedRun {
  double seconds = 0;              ///< until all ranks were dismissed
  double serving = 0;              ///< root spent on messages
  std::vector<BlockTimes> blocks;  ///< in the order they were given
};

/// Runs the coordinator's own loop (schedule/dispatch.hpp) with its own ledger for `ranks` ranks on a clock
/// that does not wait.
[[nodiscard]] SimulatedRun simulate(const std::vector<BlockWork>& work, int ranks, const MessageCosts& costs);

}  // namespace simplicit
