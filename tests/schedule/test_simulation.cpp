#include <simplicit/schedule/simulation.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>

using namespace simplicit;

namespace {

std::vector<double> lognormal(std::size_t count, double spread, std::mt19937& random) {
  std::lognormal_distribution<double> distribution(0, spread);
  std::vector<double> values(count);
  for (double& value : values) value = distribution(random);
  return values;
}

/// Blocks whose estimates are right but for a random factor.
std::vector<BlockWork> random_work(std::size_t count, double spread, double error, std::mt19937& random) {
  std::vector<BlockWork> work;
  const std::vector<double> costs = lognormal(count, spread, random);
  const std::vector<double> errors = lognormal(count, error, random);
  for (std::size_t i = 0; i < count; ++i) work.push_back({costs[i], costs[i] * errors[i], 1000});
  return work;
}

double total_seconds(const std::vector<BlockWork>& work) {
  return std::accumulate(work.begin(), work.end(), 0.0,
                         [](double sum, const BlockWork& block) { return sum + block.seconds; });
}

std::map<int, std::vector<BlockTimes>> by_rank(const SimulatedRun& run) {
  std::map<int, std::vector<BlockTimes>> ranks;
  for (const BlockTimes& times : run.blocks) ranks[times.rank].push_back(times);
  return ranks;
}

MessageCosts slow_messages() {
  return {1e-3, 1e-7, 1e-4, 2e-4, 1e-8, 1e-8};
}

}  // namespace

TEST_CASE("every block is solved once, one after the other on its rank, however wrong the estimates") {
  std::mt19937 random(1);
  for (const std::size_t blocks : {0U, 1U, 2U, 3U, 10U, 57U, 400U}) {
    for (const int ranks : {1, 2, 3, 4, 7, 32, 33, 300, 4096}) {
      const std::vector<BlockWork> work = random_work(blocks, 1, 1, random);
      const SimulatedRun run = simulate(work, ranks, slow_messages());
      std::vector<int> times_solved(blocks, 0);
      for (const auto& [rank, solved] : by_rank(run)) {
        CHECK((rank > 0 || root_solves(ranks)));
        double free_at = 0;
        for (const BlockTimes& times : solved) {
          const double seconds = work[static_cast<std::size_t>(times.block)].seconds;
          ++times_solved[static_cast<std::size_t>(times.block)];
          CHECK(times.begun >= times.given);
          CHECK(times.begun >= free_at);
          CHECK(times.solved == Approx(times.begun + seconds));
          CHECK(times.solved <= run.seconds);
          free_at = times.solved;
        }
      }
      CHECK(times_solved == std::vector<int>(blocks, 1));
    }
  }
}

TEST_CASE("a worker never holds more than two blocks") {
  std::mt19937 random(5);
  const std::vector<BlockWork> work = random_work(300, 1, 0.5, random);
  for (const auto& [rank, solved] : by_rank(simulate(work, 6, slow_messages()))) {
    for (std::size_t i = 2; i < solved.size(); ++i) CHECK(solved[i].given >= solved[i - 2].solved);
  }
}

TEST_CASE("workers get the dearest blocks first, equal ones in order") {
  std::mt19937 random(2);
  std::vector<BlockWork> work = random_work(200, 1, 0, random);
  for (std::size_t i = 0; i < work.size(); i += 3) work[i].cost = 1;
  std::vector<Index> given;
  for (const BlockTimes& times : simulate(work, 6, {}).blocks) {
    if (times.rank > 0) given.push_back(times.block);
  }
  const auto before = [&](Index left, Index right) {
    const double difference =
        work[static_cast<std::size_t>(left)].cost - work[static_cast<std::size_t>(right)].cost;
    return difference > 0 || (difference == 0 && left < right);
  };
  CHECK(given.size() > 100);
  CHECK(std::is_sorted(given.begin(), given.end(), before));
}

TEST_CASE(
    "with right estimates the end is within a longest block of the ideal, and no rank waits much more") {
  std::mt19937 random(3);
  double worst_end = 0;
  double worst_wait = 0;
  for (int trial = 0; trial < 500; ++trial) {
    const int ranks = 2 + trial % 31;
    const std::size_t blocks = static_cast<std::size_t>(ranks) * (1 + static_cast<std::size_t>(trial) % 17);
    const std::vector<BlockWork> work = random_work(blocks, 0.3 * (trial % 5), 0, random);
    double longest = 0;
    for (const BlockWork& block : work) longest = std::max(longest, block.seconds);
    const SimulatedRun run = simulate(work, ranks, {});
    double first_idle = run.seconds;
    for (const auto& [rank, solved] : by_rank(run)) first_idle = std::min(first_idle, solved.back().solved);
    worst_end = std::max(worst_end, (run.seconds - total_seconds(work) / ranks) / longest);
    worst_wait = std::max(worst_wait, (run.seconds - first_idle) / longest);
  }
  CHECK(worst_end <= 1 + 1e-3);  // a rank that waits looks every 0.2 ms
  CHECK(worst_wait <= 1.5);
}

TEST_CASE("root hands out blocks between the rows of its own") {
  const auto seconds_with = [](double rows) {
    std::vector<BlockWork> work(30, BlockWork{1, 1, 1000, 1});
    work[2] = {1, 100, 1000, rows};  // the first that root takes, after two for the worker
    return simulate(work, 2, {}).seconds;
  };
  CHECK(seconds_with(100) == Approx(100).epsilon(1e-3));
  CHECK(seconds_with(1) == Approx(100 + 27.0 / 2).epsilon(0.02));
}

TEST_CASE("one rank alone needs the sum of all blocks and no message") {
  std::mt19937 random(4);
  const std::vector<BlockWork> work = random_work(30, 1, 0, random);
  const SimulatedRun run = simulate(work, 1, slow_messages());
  CHECK(run.seconds == Approx(total_seconds(work)));
  CHECK(run.serving == 0);
}

TEST_CASE("messages cost what they are said to cost") {
  // root only serves; each worker gets one block: order, latency, solving, result, and the farewell
  const MessageCosts costs{1, 0.01, 0.1, 0.2, 0.001, 0.002};
  const std::vector<BlockWork> work(1, BlockWork{1, 50, 100});
  const SimulatedRun run = simulate(work, most_ranks_with_solving_root + 1, costs);
  const double farewell = 2 * 1 + most_ranks_with_solving_root * (2 * 0.1 + 0.2);
  CHECK(run.blocks.front().begun == Approx(0.1 + 1).margin(3e-4));
  CHECK(run.seconds == Approx(0.1 + 1 + 50 + 0.2 + 1 + 1 + 0.2 + 0.1 + farewell).margin(1e-3));
  CHECK(run.serving == Approx(0.1 + 0.2 + 0.1 + most_ranks_with_solving_root * (2 * 0.1 + 0.2)));
}

TEST_CASE("a coordinator that takes long for each result is the limit") {
  MessageCosts costs;
  costs.take_seconds = 0.01;
  const std::vector<BlockWork> work(2000, BlockWork{1, 1, 1000});
  const SimulatedRun run = simulate(work, 1000, costs);
  CHECK(run.seconds >= 2000 * 0.01);
  CHECK(run.serving / run.seconds > 0.9);
}
