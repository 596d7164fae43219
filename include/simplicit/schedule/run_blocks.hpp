#pragma once

#include <simplicit/parallel/communicator.hpp>
#include <simplicit/schedule/between_rows.hpp>

#include <functional>
#include <string>
#include <vector>

namespace simplicit {

/// A fixed set of rows solved together; cut once from the row count, the same at any number of ranks.
struct RowBlock {
  Index id = 0;
  std::vector<Index> rows;
  double cost = 0;  ///< estimated, any unit; costliest blocks are handed out first
};

/// What happened to a block, for reports and predictions.
struct BlockRecord {
  Index id = 0;
  Index rows = 0;
  double cost = 0;  ///< as estimated
  int rank = 0;
  double seconds = 0;     ///< solving
  double ended = 0;       ///< seconds after the rank entered run_blocks
  std::size_t bytes = 0;  ///< of the result message; 0 when root solved the block itself
};

struct RunBlocksOutcome {
  bool complete = false;  ///< every block was solved; false after a stop request; known to all ranks
  std::vector<BlockRecord> blocks;  ///< on root, in order of completion; empty elsewhere
};

/// Solves one block, on whichever rank got it, and returns its result as bytes, which only the caller
/// understands. Throws Abandoned (base/should_stop.hpp) to give the block up: it is dropped and everything
/// ends as after a stop request.
using SolveBlock = std::function<std::string(const RowBlock&)>;
/// Called on root with the result of each finished block, in order of arrival (to collect it, for progress,
/// for a journal). After a failure elsewhere it is still called for the blocks that were under way.
using BlockFinished = std::function<void(const RowBlock&, const std::string& result)>;
/// Asked on root between messages and between its own blocks; true stops handing out blocks (a signal came).
using StopRequested = std::function<bool()>;

/// Root hands out blocks on request, costliest first, keeps every rank one block ahead, and solves too
/// (collective, with the same blocks on all ranks). An exception in solve on any rank, or in finished or
/// stop_requested on root, ends with every rank throwing the same Error once the blocks under way are done.
/// `finished` and `stop_requested` may be empty. While a block is solved `between_rows`, if given, serves: on
/// root it hands out blocks and collects, on workers it lets results leave and takes orders.
[[nodiscard]] RunBlocksOutcome run_blocks(const Communicator& ranks, const std::vector<RowBlock>& blocks,
                                          const SolveBlock& solve, const BlockFinished& finished,
                                          const StopRequested& stop_requested,
                                          BetweenRows* between_rows = nullptr);

}  // namespace simplicit
