#pragma once

#include <functional>
#include <simplicit/parallel/communicator.hpp>
#include <simplicit/solve/row_result.hpp>
#include <vector>

namespace simplicit {

/// A fixed set of rows solved together; cut once from the row count, the same at any number of ranks.
struct RowBlock {
  Index id = 0;
  std::vector<Index> rows;
  double cost = 0;  ///< estimated, any unit; dearest blocks are handed out first
};

/// What happened to a block, for reports and predictions.
struct BlockRecord {
  Index id = 0;
  int rank = 0;
  double seconds = 0;      ///< solving
  std::size_t bytes = 0;   ///< of the result message
};

struct RunRowsOutcome {
  std::vector<RowResult> rows;       ///< on root, sorted by row; empty elsewhere
  std::vector<BlockRecord> blocks;   ///< on root, in order of completion
};

/// Solves one block; called on whichever rank got it.
using SolveBlock = std::function<std::vector<RowResult>(const RowBlock&)>;
/// Called on root for each finished block, in order of arrival (progress, journal).
using BlockFinished = std::function<void(const RowBlock&, const std::vector<RowResult>&)>;
/// Asked on root between messages; true stops handing out blocks (a signal came).
using StopRequested = std::function<bool()>;

/// Root hands out blocks on request, dearest first, keeps every rank one block ahead, and solves too
/// (collective). An exception in solve on any rank ends with every rank throwing the same Error.
[[nodiscard]] RunRowsOutcome run_rows(const Communicator& ranks, const std::vector<RowBlock>& blocks,
                                      const SolveBlock& solve, const BlockFinished& finished,
                                      const StopRequested& stop_requested);

}  // namespace simplicit
