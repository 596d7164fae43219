#include <catch2/catch.hpp>
#include <schedule/simulated_run.hpp>

#include <numeric>
#include <random>

using namespace simplicit;
using simplicit::testing::SimulatedRun;
using simplicit::testing::Simulator;

namespace {

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

std::vector<double> lognormal(std::size_t count, double spread, std::mt19937& random) {
  std::lognormal_distribution<double> distribution(0, spread);
  std::vector<double> values(count);
  for (double& value : values) value = distribution(random);
  return values;
}

std::vector<double> product(std::vector<double> left, const std::vector<double>& right) {
  for (std::size_t i = 0; i < left.size(); ++i) left[i] *= right[i];
  return left;
}

}  // namespace

TEST_CASE("every block is solved once, at any number of ranks, however wrong the estimates") {
  std::mt19937 random(1);
  for (const std::size_t blocks : {0U, 1U, 2U, 3U, 10U, 57U, 400U}) {
    for (const int ranks : {1, 2, 3, 4, 7, 32, 33, 300, 4096}) {
      const bool root_solves = ranks <= most_ranks_with_solving_root;
      const auto costs = lognormal(blocks, 1, random);
      const auto durations = product(costs, lognormal(blocks, 1, random));
      const SimulatedRun run = Simulator(costs, durations, ranks, root_solves).run();
      CHECK(run.times_solved == std::vector<int>(blocks, 1));
      CHECK(run.most_held <= 2);
      CHECK((root_solves || run.last_finish[0] == 0));
    }
  }
}

TEST_CASE("workers get the dearest blocks first, equal ones in order") {
  std::mt19937 random(2);
  std::vector<double> costs = lognormal(200, 1, random);
  for (std::size_t i = 0; i < costs.size(); i += 3) costs[i] = 1;
  const SimulatedRun run = Simulator(costs, costs, 6, true).run();
  const auto before = [&](Index left, Index right) {
    const double difference = costs[static_cast<std::size_t>(left)] - costs[static_cast<std::size_t>(right)];
    return difference > 0 || (difference == 0 && left < right);
  };
  CHECK(run.given.size() > 100);
  CHECK(std::is_sorted(run.given.begin(), run.given.end(), before));
}

TEST_CASE(
    "with right estimates the end is within a longest block of the ideal, and no rank waits much longer than "
    "one") {
  std::mt19937 random(3);
  double worst_end = 0;
  double worst_wait = 0;
  for (int trial = 0; trial < 500; ++trial) {
    const int ranks = 2 + trial % 31;
    const std::size_t blocks = static_cast<std::size_t>(ranks) * (1 + static_cast<std::size_t>(trial) % 17);
    const auto costs = lognormal(blocks, 0.3 * (trial % 5), random);
    const double longest = *std::max_element(costs.begin(), costs.end());
    const SimulatedRun run = Simulator(costs, costs, ranks, true).run();
    const double first_idle = *std::min_element(run.last_finish.begin(), run.last_finish.end());
    worst_end = std::max(worst_end, (run.makespan - sum(costs) / ranks) / longest);
    worst_wait = std::max(worst_wait, (run.makespan - first_idle) / longest);
  }
  CHECK(worst_end <= 1 + 1e-9);
  CHECK(worst_wait <= 1.5);
}

TEST_CASE("a block that is dear enough for a rank of its own is not queued behind another") {
  // ranks 1 and 2 get a dear block each; the rest is not worth waiting behind them
  const std::vector<double> costs{100, 90, 1, 1, 1, 1};
  Ledger ledger(costs, 3);
  const auto assignments = assign_to_workers(ledger, 3);
  REQUIRE(assignments.size() == 2);
  CHECK(assignments[0].block == 0);
  CHECK(assignments[1].block == 1);
  CHECK(assign_to_workers(ledger, 3).empty());
  CHECK(assign_to_root(ledger) == 2);  // four pending, more than ranks: the dearest
  CHECK(assign_to_root(ledger) == 5);  // near the end: the cheapest
}

TEST_CASE("equal blocks: every worker is one ahead as long as there is plenty") {
  const std::vector<double> costs(40, 1.0);
  Ledger ledger(costs, 4);
  const auto assignments = assign_to_workers(ledger, 4);
  REQUIRE(assignments.size() == 6);
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK(assignments[i].block == static_cast<Index>(i));
    CHECK(assignments[i].rank == static_cast<int>(1 + i % 3));
  }
  CHECK(assign_to_root(ledger) == 6);
}
