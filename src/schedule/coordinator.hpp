#pragma once

#include "schedule/dispatch.hpp"
#include "schedule/messages.hpp"
#include <simplicit/base/timer.hpp>
#include <simplicit/parallel/channel.hpp>
#include <simplicit/schedule/run_blocks.hpp>
#include <simplicit/system/backoff.hpp>

#include <optional>

namespace simplicit {

/// How run_blocks ended, as root knows it.
struct Ending {
  Verdict verdict;
  RunBlocksOutcome outcome;
};

/// Root's side of run_blocks: hands out blocks, collects results, solves in between, and leaves with
/// everybody. With one rank there are no workers, no messages, and `channel` may be null.
class Coordinator : private Execution {
 public:
  Coordinator(Channel* channel, int ranks, const std::vector<RowBlock>& blocks, SolveBlock solve,
              BlockFinished finished, StopRequested stop_requested, BetweenRows& between_rows);

  /// `solves` false: root only serves (there must be workers). Failures of any rank end up in the verdict.
  [[nodiscard]] Ending run(bool solves);

 private:
  bool should_stop() override;
  void give(const Assignment& assignment) override;
  void solve(Index block) override;
  bool collect() override;
  void pause(bool had_work) override;
  void dismiss_workers();  ///< and wait for their last results
  void announce(const Verdict& verdict);
  void take(const Channel::Message& message);
  void record(const FinishedBlock& finished, int rank, std::size_t bytes);
  void guarded(const std::function<void()>& step);  ///< keeps the first failure of all, and an abandonment
  void send(int rank, MessageTag tag, std::string bytes = {});

  Channel* channel_;
  const std::vector<RowBlock>& blocks_;
  SolveBlock solve_;
  BlockFinished finished_;
  StopRequested stop_requested_;
  BetweenRows& between_rows_;
  Timer clock_;
  Ledger ledger_;
  int solvers_ = 1;
  Backoff backoff_;
  RunBlocksOutcome outcome_;
  std::optional<Failure> failure_;
  bool abandoned_ = false;  ///< some rank gave up a block
  int workers_left_ = 0;
};

}  // namespace simplicit
