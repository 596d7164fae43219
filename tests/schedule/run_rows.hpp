#pragma once

#include <simplicit/schedule/run_blocks.hpp>
#include <simplicit/solve/row_result_archive.hpp>

#include <algorithm>
#include <functional>
#include <iterator>
#include <vector>

namespace simplicit::test {

/// Rows in place of the bytes that run_blocks hands on.
using SolveRows = std::function<std::vector<RowResult>(const RowBlock&)>;
using RowsFinished = std::function<void(const RowBlock&, const std::vector<RowResult>&)>;

struct RowsOutcome {
  bool complete = false;
  std::vector<RowResult> rows;  ///< on root, sorted
  std::vector<BlockRecord> blocks;
};

inline SolveBlock as_bytes(const SolveRows& solve) {
  return [solve](const RowBlock& block) { return packed(solve(block)); };
}

/// Collects rows on root as a caller of run_blocks does.
inline BlockFinished collect_into(std::vector<RowResult>& rows, const RowsFinished& finished) {
  return [&rows, finished](const RowBlock& block, const std::string& bytes) {
    auto results = unpacked<std::vector<RowResult>>(bytes);
    if (finished) finished(block, results);
    std::move(results.begin(), results.end(), std::back_inserter(rows));
  };
}

inline RowsOutcome run_rows(const Communicator& ranks, const std::vector<RowBlock>& blocks,
                            const SolveRows& solve, const RowsFinished& finished, const StopRequested& stop,
                            BetweenRows* between_rows = nullptr) {
  RowsOutcome outcome;
  RunBlocksOutcome run =
      run_blocks(ranks, blocks, as_bytes(solve), collect_into(outcome.rows, finished), stop, between_rows);
  outcome.complete = run.complete;
  outcome.blocks = std::move(run.blocks);
  std::ranges::sort(outcome.rows, {}, &RowResult::row);
  return outcome;
}

}  // namespace simplicit::test
