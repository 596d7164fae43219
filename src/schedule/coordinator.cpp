#include "schedule/coordinator.hpp"

#include "schedule/solve_timed.hpp"
#include <simplicit/base/should_stop.hpp>

#include <utility>

namespace simplicit {
namespace {

std::vector<double> costs_of(const std::vector<RowBlock>& blocks) {
  std::vector<double> costs;
  for (const RowBlock& block : blocks) costs.push_back(block.cost);
  return costs;
}

}  // namespace

Coordinator::Coordinator(Channel* channel, int ranks, const std::vector<RowBlock>& blocks, SolveBlock solve,
                         BlockFinished finished, StopRequested stop_requested, BetweenRows& between_rows)
    : channel_(channel),
      blocks_(blocks),
      solve_(std::move(solve)),
      finished_(std::move(finished)),
      stop_requested_(std::move(stop_requested)),
      between_rows_(between_rows),
      ledger_(costs_of(blocks), ranks) {}

Ending Coordinator::run(bool solves) {
  solvers_ = solvers_of(ledger_, solves);
  dispatch(ledger_, solves, *this);
  dismiss_workers();

  const Verdict verdict{ledger_.all_done(), failure_.has_value(), failure_.value_or(Failure{})};
  announce(verdict);
  return {verdict, std::move(outcome_)};
}

bool Coordinator::should_stop() {
  bool stop = false;
  guarded([&] { stop = stop_requested_ && stop_requested_(); });
  return stop || failure_ || abandoned_;
}

void Coordinator::give(const Assignment& assignment) {
  send(assignment.rank, MessageTag::solve, packed(assignment.block));
}

void Coordinator::solve(Index block) {
  const BetweenRows::Serving serving(between_rows_, [&] { serve(ledger_, solvers_, *this); });
  guarded([&] { record(solve_timed(blocks_, block, solve_, clock_), 0, 0); });
}

void Coordinator::pause(bool had_work) {
  if (had_work) {
    backoff_.restart();
  } else {
    backoff_.pause();
  }
}

bool Coordinator::collect() {
  bool any = false;
  while (channel_ != nullptr) {
    const auto message = channel_->poll();
    if (!message) break;
    take(*message);
    any = true;
  }
  return any;
}

void Coordinator::take(const Channel::Message& message) {
  guarded([&] {
    switch (static_cast<MessageTag>(message.tag)) {
      case MessageTag::finished:
        return record(unpacked<FinishedBlock>(message.bytes), message.source, message.bytes.size());
      case MessageTag::failed:
        return raise(unpacked<Failure>(message.bytes));
      case MessageTag::abandoned:
        abandoned_ = true;
        return;
      case MessageTag::left:
        ++workers_left_;
        return;
      default:
        SIMPLICIT_ASSERT(false,
                         "tag " + std::to_string(message.tag) + " from " + std::to_string(message.source));
    }
  });
}

void Coordinator::record(const FinishedBlock& finished, int rank, std::size_t bytes) {
  ledger_.finish(finished.block, rank);
  const RowBlock& block = blocks_[static_cast<std::size_t>(finished.block)];
  outcome_.blocks.push_back({block.id, static_cast<Index>(block.rows.size()), block.cost, rank,
                             finished.seconds, finished.ended, bytes});
  if (finished_) finished_(block, finished.result);
}

void Coordinator::dismiss_workers() {
  const int workers = ledger_.ranks() - 1;
  for (int rank = 1; rank <= workers; ++rank) send(rank, MessageTag::dismiss);
  while (workers_left_ < workers) take(channel_->receive());
}

void Coordinator::announce(const Verdict& verdict) {
  const std::string bytes = packed(verdict);
  for (int rank = 1; rank < ledger_.ranks(); ++rank) send(rank, MessageTag::verdict, bytes);
}

void Coordinator::guarded(const std::function<void()>& step) {
  const auto failure = failure_of([&] {
    try {
      step();
    } catch (const Abandoned&) {
      abandoned_ = true;
    }
  });
  if (failure && !failure_) failure_ = failure;
}

void Coordinator::send(int rank, MessageTag tag, std::string bytes) {
  channel_->send(rank, static_cast<int>(tag), std::move(bytes));
}

}  // namespace simplicit
