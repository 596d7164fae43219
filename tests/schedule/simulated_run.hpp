#pragma once

#include <simplicit/schedule/assignment.hpp>

#include <algorithm>
#include <deque>
#include <functional>
#include <queue>
#include <vector>

namespace simplicit::testing {

/// What many ranks would do, on a fake clock: the real ledger and the real decisions, messages in no time,
/// root answering only between its own blocks.
struct SimulatedRun {
  double makespan = 0;
  std::vector<double> last_finish;  ///< per rank; 0 for a rank that got nothing
  std::vector<int> times_solved;    ///< per block
  std::vector<Index> given;         ///< blocks in the order they were leased to workers
  int most_held = 0;
};

class Simulator {
 public:
  Simulator(std::vector<double> costs, std::vector<double> durations, int ranks, bool root_solves)
      : durations_(std::move(durations)),
        root_solves_(root_solves),
        ledger_(costs, ranks),
        hands_(static_cast<std::size_t>(ranks)) {
    run_.last_finish.assign(hands_.size(), 0);
    run_.times_solved.assign(costs.size(), 0);
  }

  SimulatedRun run() {
    serve(0);
    while (!events_.empty()) {
      const Event event = events_.top();
      events_.pop();
      finish(event);
    }
    return run_;
  }

 private:
  struct Event {
    double time;
    int rank;
    Index block;
    bool operator>(const Event& other) const {
      return std::tie(time, rank) > std::tie(other.time, other.rank);
    }
  };

  std::deque<Index>& hand(int rank) { return hands_[static_cast<std::size_t>(rank)]; }

  void begin_next(int rank, double now) {
    const Index block = hand(rank).front();
    events_.push({now + durations_[static_cast<std::size_t>(block)], rank, block});
  }

  void finish(const Event& event) {
    hand(event.rank).pop_front();
    ++run_.times_solved[static_cast<std::size_t>(event.block)];
    run_.last_finish[static_cast<std::size_t>(event.rank)] = event.time;
    run_.makespan = event.time;
    arrived_.push_back({event.block, event.rank});
    if (event.rank != 0 && !hand(event.rank).empty()) begin_next(event.rank, event.time);
    if (hand(0).empty()) serve(event.time);
  }

  void serve(double now) {
    for (const Assignment& done : arrived_) ledger_.finish(done.block, done.rank);
    arrived_.clear();
    for (const Assignment& assignment :
         assign_to_workers(ledger_, ledger_.ranks() - (root_solves_ ? 0 : 1))) {
      run_.given.push_back(assignment.block);
      hand(assignment.rank).push_back(assignment.block);
      run_.most_held = std::max(run_.most_held, static_cast<int>(hand(assignment.rank).size()));
      if (hand(assignment.rank).size() == 1) begin_next(assignment.rank, now);
    }
    if (!root_solves_) return;
    if (const auto block = assign_to_root(ledger_)) {
      hand(0).push_back(*block);
      begin_next(0, now);
    }
  }

  std::vector<double> durations_;
  bool root_solves_;
  Ledger ledger_;
  std::vector<std::deque<Index>> hands_;  ///< front: being solved
  std::vector<Assignment> arrived_;       ///< results root has not looked at
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  SimulatedRun run_;
};

}  // namespace simplicit::testing
