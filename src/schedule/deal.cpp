#include <simplicit/base/error.hpp>
#include <simplicit/base/failure.hpp>
#include <simplicit/base/should_stop.hpp>
#include <simplicit/parallel/channel.hpp>
#include <simplicit/parallel/values.hpp>
#include <simplicit/schedule/assignment.hpp>
#include <simplicit/schedule/deal.hpp>

#include <optional>
#include <utility>

namespace simplicit {
namespace {

// A worker asks for its first unit and then answers each one; root answers with the next unit, or with none.
enum class Tag : int { ask, result, gave_up, failed, unit, none };

struct UnitResult {
  Index unit = 0;
  std::string bytes;
  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& unit;
    archive_list(archive, bytes);
  }
};

void send(Channel& channel, int rank, Tag tag, std::string bytes = {}) {
  channel.send(rank, static_cast<int>(tag), std::move(bytes));
}

class Dealer {
 public:
  Dealer(Channel* channel, int ranks, const std::vector<Index>& units, const DoUnit& work,
         const UnitDone& done, const std::function<bool()>& give_up)
      : channel_(channel),
        workers_left_(ranks - 1),
        units_(units),
        work_(work),
        done_(done),
        give_up_(give_up) {}

  // Everybody has been sent away when this returns.
  void run() {
    while (!stopped() && next_ < units_.size()) do_own();
    while (workers_left_ > 0) take(channel_->receive());
  }
  [[nodiscard]] bool complete() const { return finished_ == units_.size(); }
  [[nodiscard]] const std::optional<Failure>& failure() const { return failure_; }

 private:
  bool stopped() {
    if (!stopped_ && give_up_ && give_up_()) stopped_ = true;
    return stopped_ || failure_;
  }

  void do_own() {
    const Index unit = units_[next_++];
    guarded([&] {
      record(unit, work_(unit, [&] {
               serve();
               if (stopped()) throw Abandoned();
             }));
    });
    serve();
  }

  void serve() {
    while (channel_ != nullptr) {
      const auto message = channel_->poll();
      if (!message) return;
      take(*message);
    }
  }

  void take(const Channel::Message& message) {
    guarded([&] {
      switch (static_cast<Tag>(message.tag)) {
        case Tag::ask:
          return;
        case Tag::result: {
          UnitResult result = unpacked<UnitResult>(message.bytes);
          return record(result.unit, result.bytes);
        }
        case Tag::gave_up:
          stopped_ = true;
          return;
        case Tag::failed:
          return raise(unpacked<Failure>(message.bytes));
        default:
          SIMPLICIT_ASSERT(false, "tag " + std::to_string(message.tag));
      }
    });
    answer(message.source);
  }

  void answer(int rank) {
    if (!stopped() && next_ < units_.size()) {
      send(*channel_, rank, Tag::unit, packed(units_[next_++]));
    } else {
      send(*channel_, rank, Tag::none);
      --workers_left_;
    }
  }

  void record(Index unit, const std::string& result) {
    ++finished_;
    if (done_) done_(unit, result);
  }

  void guarded(const std::function<void()>& step) {
    const auto failed = failure_of([&] {
      try {
        step();
      } catch (const Abandoned&) {
        stopped_ = true;
      }
    });
    if (failed && !failure_) failure_ = failed;
  }

  Channel* channel_;
  int workers_left_;
  const std::vector<Index>& units_;
  const DoUnit& work_;
  const UnitDone& done_;
  const std::function<bool()>& give_up_;
  std::size_t next_ = 0;
  std::size_t finished_ = 0;
  bool stopped_ = false;
  std::optional<Failure> failure_;
};

void do_and_tell(Channel& channel, Index unit, const DoUnit& work, const std::function<bool()>& give_up) {
  bool gave_up = false;
  const auto failed = failure_of([&] {
    try {
      UnitResult result{unit, work(unit, [&] {
                          if (give_up && give_up()) throw Abandoned();
                        })};
      send(channel, coordinating_rank, Tag::result, packed(result));
    } catch (const Abandoned&) {
      gave_up = true;
    }
  });
  if (gave_up) send(channel, coordinating_rank, Tag::gave_up);
  if (failed) send(channel, coordinating_rank, Tag::failed, packed(*failed));
}

void work_for_root(Channel& channel, const DoUnit& work, const std::function<bool()>& give_up) {
  send(channel, coordinating_rank, Tag::ask);
  for (;;) {
    const Channel::Message order = channel.receive();
    if (static_cast<Tag>(order.tag) == Tag::none) return;
    do_and_tell(channel, unpacked<Index>(order.bytes), work, give_up);
  }
}

}  // namespace

bool deal(const Communicator& ranks, const std::vector<Index>& units, const DoUnit& work,
          const UnitDone& done, const std::function<bool()>& give_up) {
  std::optional<Channel> channel;
  if (ranks.size() > 1) channel.emplace(ranks);
  std::optional<Failure> failure;
  bool complete = false;
  if (ranks.is_root()) {
    Dealer dealer(channel ? &*channel : nullptr, ranks.size(), units, work, done, give_up);
    dealer.run();
    complete = dealer.complete();
    failure = dealer.failure();
  } else {
    work_for_root(*channel, work, give_up);
  }
  on_root(ranks, [&] {
    if (failure) raise(*failure);
  });
  ranks.broadcast(complete);
  return complete;
}

}  // namespace simplicit
