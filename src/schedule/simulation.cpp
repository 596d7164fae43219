#include "schedule/dispatch.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/schedule/simulation.hpp>
#include <simplicit/system/backoff.hpp>

#include <algorithm>
#include <cmath>
#include <queue>
#include <tuple>

namespace simplicit {
namespace {

std::vector<double> costs_of(const std::vector<BlockWork>& work) {
  std::vector<double> costs;
  costs.reserve(work.size());
  for (const BlockWork& block : work) costs.push_back(block.cost);
  return costs;
}

/// A result on its way to root.
struct Result {
  double sent;
  int rank;
  Index block;
  bool operator>(const Result& other) const {
    return std::tie(sent, rank, block) > std::tie(other.sent, other.rank, other.block);
  }
};

class SimulatedRanks : public Execution {
 public:
  SimulatedRanks(const std::vector<BlockWork>& work, int ranks, const MessageCosts& costs)
      : ledger(costs_of(work), ranks),
        work_(work),
        costs_(costs),
        solvers_(solvers_of(ledger, root_solves(ranks))),
        free_at_(static_cast<std::size_t>(ranks), 0.0) {
    run_.blocks.reserve(work.size());
  }

  Ledger ledger;

  bool should_stop() override { return false; }

  void give(const Assignment& assignment) override {
    spend(costs_.send_seconds);
    const BlockWork& block = work_of(assignment.block);
    double& free_at = free_at_[static_cast<std::size_t>(assignment.rank)];
    const double arrives = now_ + costs_.latency;
    const double begun = free_at + Backoff::seconds_until_seen(arrives - free_at);
    const double solved = begun + block.seconds;
    free_at = solved + block.bytes * costs_.pack_seconds_per_byte;
    run_.blocks.push_back({assignment.block, assignment.rank, now_, begun, solved});
    under_way_.push({free_at, assignment.rank, assignment.block});
  }

  void solve(Index block) override {
    const std::size_t place = run_.blocks.size();
    run_.blocks.push_back({block, 0, now_, now_, now_});
    double left = work_of(block).seconds;
    const double row = left / work_of(block).rows;
    while (!under_way_.empty()) {
      const double rows_until_arrival = std::ceil((arrival_of_next() - now_) / row);
      const double until_served = std::max(1.0, rows_until_arrival) * row;
      if (!(until_served < left)) break;
      now_ += until_served;
      left -= until_served;
      serve(ledger, solvers_, *this);
    }
    now_ += left;
    run_.blocks[place].solved = now_;
    ledger.finish(block, 0);
  }

  bool collect() override {
    bool any = false;
    while (!under_way_.empty() && arrival_of_next() <= now_) {
      const Result result = under_way_.top();
      link_free_at_ = arrival_of_next();
      under_way_.pop();
      spend(costs_.take_seconds + work_of(result.block).bytes * costs_.take_seconds_per_byte);
      ledger.finish(result.block, result.rank);
      any = true;
    }
    return any;
  }

  void pause(bool had_work) override {
    if (had_work) return;
    SIMPLICIT_ASSERT(!under_way_.empty(), "root waits for nothing");
    now_ += Backoff::seconds_until_seen(arrival_of_next() - now_);
  }

  /// Every worker is told to leave, says that it has left, and hears how all ended.
  SimulatedRun dismissed() {
    const auto workers = static_cast<double>(ledger.ranks() - 1);
    if (workers > 0) now_ += 2 * costs_.latency;
    spend(workers * (2 * costs_.send_seconds + costs_.take_seconds));
    run_.seconds = now_;
    return std::move(run_);
  }

 private:
  [[nodiscard]] const BlockWork& work_of(Index block) const { return work_[static_cast<std::size_t>(block)]; }

  [[nodiscard]] double arrival_of_next() const {
    const Result& next = under_way_.top();
    return std::max(next.sent + costs_.latency, link_free_at_) +
           work_of(next.block).bytes * costs_.seconds_per_byte;
  }

  void spend(double seconds) {
    now_ += seconds;
    run_.serving += seconds;
  }

  const std::vector<BlockWork>& work_;
  MessageCosts costs_;
  int solvers_;
  double now_ = 0;               ///< on root's clock
  double link_free_at_ = 0;      ///< root's link has taken in everything collected so far
  std::vector<double> free_at_;  ///< a worker has solved and sent all it was given
  std::priority_queue<Result, std::vector<Result>, std::greater<>> under_way_;
  SimulatedRun run_;
};

}  // namespace

SimulatedRun simulate(const std::vector<BlockWork>& work, int ranks, const MessageCosts& costs) {
  SimulatedRanks simulated(work, ranks, costs);
  dispatch(simulated.ledger, root_solves(ranks), simulated);
  return simulated.dismissed();
}

}  // namespace simplicit
