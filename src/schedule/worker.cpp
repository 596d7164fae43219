#include "schedule/worker.hpp"

#include "schedule/solve_timed.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/base/should_stop.hpp>
#include <simplicit/schedule/assignment.hpp>

#include <deque>

namespace simplicit {
namespace {

void send(Channel& channel, MessageTag tag, std::string bytes = {}) {
  channel.send(coordinating_rank, static_cast<int>(tag), std::move(bytes));
}

/// What root has said so far.
struct Orders {
  std::deque<Index> blocks;
  bool dismissed = false;

  void take(const Channel::Message& message) {
    switch (static_cast<MessageTag>(message.tag)) {
      case MessageTag::solve:
        return blocks.push_back(unpacked<Index>(message.bytes));
      case MessageTag::dismiss:
        dismissed = true;
        return;
      default:
        SIMPLICIT_ASSERT(false, "tag " + std::to_string(message.tag));
    }
  }

  void take_arrived(Channel& channel) {
    while (auto message = channel.poll()) take(*message);
  }

  /// Takes all that has arrived, waiting when there is nothing to do.
  void update(Channel& channel) {
    take_arrived(channel);
    while (!dismissed && blocks.empty()) take(channel.receive());
  }

  Index next_block() {
    const Index block = blocks.front();
    blocks.pop_front();
    return block;
  }
};

/// Tells root how the block ended; false when it was not solved.
bool process(Channel& channel, const std::vector<RowBlock>& blocks, Index block, const SolveBlock& solve,
             const Timer& clock) {
  bool abandoned = false;
  const auto failure = failure_of([&] {
    try {
      send(channel, MessageTag::finished, packed(solve_timed(blocks, block, solve, clock)));
    } catch (const Abandoned&) {
      abandoned = true;
    }
  });
  if (abandoned) send(channel, MessageTag::abandoned);
  if (failure) send(channel, MessageTag::failed, packed(*failure));
  return !abandoned && !failure;
}

void await_dismissal(Channel& channel, Orders& orders) {
  while (!orders.dismissed) orders.take(channel.receive());
}

}  // namespace

Verdict work(Channel& channel, const std::vector<RowBlock>& blocks, const SolveBlock& solve,
             BetweenRows& between_rows) {
  const Timer clock;
  Orders orders;
  const BetweenRows::Serving serving(between_rows, [&] { orders.take_arrived(channel); });
  for (orders.update(channel); !orders.dismissed; orders.update(channel)) {
    const Index block = orders.next_block();
    if (!process(channel, blocks, block, solve, clock)) {
      await_dismissal(channel, orders);
      break;
    }
  }
  send(channel, MessageTag::left);
  return unpacked<Verdict>(channel.receive().bytes);
}

}  // namespace simplicit
