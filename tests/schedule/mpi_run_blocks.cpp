#include "schedule/coordinator.hpp"
#include "schedule/worker.hpp"
#include <simplicit/schedule/plan.hpp>

#include <catch2/catch.hpp>
#include <schedule/run_rows.hpp>

#include <atomic>
#include <chrono>
#include <map>
#include <random>
#include <thread>

using namespace simplicit;
using namespace simplicit::test;

namespace {

/// The number of nonzeros of a row: a function of the row alone, from none to `most`.
std::size_t nonzeros_of(Index row, std::size_t most) {
  return row % 3 == 0 ? 0 : static_cast<std::size_t>(row * 7919) % (most + 1);
}

RowResult made_up_result(Index row, std::size_t most_nonzeros) {
  RowResult result;
  result.row = row;
  for (std::size_t j = 0; j < nonzeros_of(row, most_nonzeros); ++j) {
    result.columns.push_back(static_cast<int>(j));
    result.values.push_back(static_cast<double>(row) + 1.0 / (1.0 + static_cast<double>(j)));
  }
  result.iterations = static_cast<int>(row);
  return result;
}

/// A solver that takes 0-2 ms a block and remembers how often it was called on this rank.
struct MadeUpSolver {
  std::size_t most_nonzeros = 20;
  std::atomic<int> calls{0};

  std::vector<RowResult> operator()(const RowBlock& block) {
    ++calls;
    std::this_thread::sleep_for(std::chrono::microseconds(block.id * 7919 % 2000));
    std::vector<RowResult> results;
    for (const Index row : block.rows) results.push_back(made_up_result(row, most_nonzeros));
    return results;
  }
};

std::vector<RowBlock> blocks_of(Index rows, Index rows_per_block) {
  std::vector<double> costs;
  for (Index row = 0; row < rows; ++row) costs.push_back(1.0 + static_cast<double>(row * 31 % 17));
  return row_blocks(costs, rows_per_block, {}, LastBlock::whole);
}

bool same(const RowResult& left, const RowResult& right) {
  return left.row == right.row && left.columns == right.columns && left.values == right.values &&
         left.iterations == right.iterations;
}

void check_complete(const Communicator& ranks, const RowsOutcome& outcome, Index rows,
                    std::size_t most_nonzeros, const std::vector<RowBlock>& blocks) {
  CHECK(outcome.complete);
  if (!ranks.is_root()) {
    CHECK(outcome.rows.empty());
    CHECK(outcome.blocks.empty());
    return;
  }
  REQUIRE(outcome.rows.size() == static_cast<std::size_t>(rows));
  int wrong = 0;
  for (Index row = 0; row < rows; ++row)
    wrong += !same(outcome.rows[static_cast<std::size_t>(row)], made_up_result(row, most_nonzeros));
  CHECK(wrong == 0);

  std::map<Index, int> times;
  for (const BlockRecord& record : outcome.blocks) {
    ++times[record.id];
    CHECK(record.rank >= 0);
    CHECK(record.rank < ranks.size());
    CHECK((record.bytes > 0) == (record.rank != 0));
    CHECK(record.seconds >= 0);
  }
  CHECK(times.size() == blocks.size());
  CHECK(outcome.blocks.size() == blocks.size());
}

/// What run_blocks throws on this rank.
std::pair<ExitCode, std::string> thrown_by_run(const Communicator& ranks, const std::vector<RowBlock>& blocks,
                                               const SolveRows& solve, const RowsFinished& finished = {},
                                               const StopRequested& stop = {}) {
  try {
    (void)run_rows(ranks, blocks, solve, finished, stop);
    return {ExitCode::done, "nothing"};
  } catch (const Error& error) {
    return {error.code(), error.what()};
  }
}

void check_all_threw(const Communicator& ranks, const std::pair<ExitCode, std::string>& thrown, ExitCode code,
                     const std::string& message) {
  CHECK(thrown.first == code);
  CHECK(thrown.second == message);
  CHECK(ranks.min(static_cast<int>(thrown.first)) == static_cast<int>(code));
}

}  // namespace

TEST_CASE("every row is solved once and gathered in order") {
  const auto ranks = Communicator::world();
  for (const Index rows : {0, 1, 2, 3, 5, 100}) {
    const auto blocks = blocks_of(rows, 3);
    MadeUpSolver solver;
    std::vector<Index> reported;
    const auto outcome = run_rows(
        ranks, blocks, std::ref(solver),
        [&](const RowBlock& block, const std::vector<RowResult>& results) {
          CHECK(results.size() == block.rows.size());
          reported.push_back(block.id);
        },
        [] { return false; });
    check_complete(ranks, outcome, rows, solver.most_nonzeros, blocks);
    CHECK(ranks.sum(solver.calls) == static_cast<std::int64_t>(blocks.size()));
    CHECK(reported.size() == (ranks.is_root() ? blocks.size() : 0));
    for (std::size_t i = 0; i < reported.size(); ++i) CHECK(reported[i] == outcome.blocks[i].id);
  }
}

TEST_CASE("with plenty of blocks every rank solves some") {
  const auto ranks = Communicator::world();
  const auto blocks = blocks_of(120, 1);
  MadeUpSolver solver;
  const auto outcome = run_rows(ranks, blocks, std::ref(solver), {}, {});
  check_complete(ranks, outcome, 120, solver.most_nonzeros, blocks);
  CHECK(ranks.min(solver.calls) > 0);
}

TEST_CASE("results of very different sizes, up to megabytes, arrive whole") {
  const auto ranks = Communicator::world();
  const auto blocks = blocks_of(40, 2);
  MadeUpSolver solver;
  solver.most_nonzeros = 300'000;
  const auto outcome = run_rows(ranks, blocks, std::ref(solver), {}, {});
  check_complete(ranks, outcome, 40, solver.most_nonzeros, blocks);
}

TEST_CASE("runs one after the other do not disturb each other") {
  const auto ranks = Communicator::world();
  for (int run = 0; run < 20; ++run) {
    const auto blocks = blocks_of(run, 1);
    MadeUpSolver solver;
    check_complete(ranks, run_rows(ranks, blocks, std::ref(solver), {}, {}), run, solver.most_nonzeros,
                   blocks);
  }
}

TEST_CASE("root can serve without solving") {
  const auto ranks = Communicator::world();
  if (ranks.size() == 1) return;
  const auto blocks = blocks_of(50, 1);
  MadeUpSolver solver;
  Channel channel(ranks);
  BetweenRows between_rows;
  if (ranks.is_root()) {
    RowsOutcome outcome;
    const Ending ending = Coordinator(&channel, ranks.size(), blocks, as_bytes(std::ref(solver)),
                                      collect_into(outcome.rows, {}), {}, between_rows)
                              .run(false);
    CHECK(ending.verdict.complete);
    CHECK_FALSE(ending.verdict.failed);
    outcome.complete = true;
    outcome.blocks = ending.outcome.blocks;
    std::ranges::sort(outcome.rows, {}, &RowResult::row);
    check_complete(ranks, outcome, 50, solver.most_nonzeros, blocks);
    CHECK(solver.calls == 0);
  } else {
    CHECK(work(channel, blocks, as_bytes(std::ref(solver)), between_rows).complete);
  }
}

TEST_CASE("workers get their blocks while root solves a long one") {
  const auto ranks = Communicator::world();
  if (ranks.size() == 1) return;
  constexpr std::size_t blocks = 40;
  std::size_t finished = 0;
  BetweenRows between_rows;
  const auto solve = [&](const RowBlock& block) {
    const auto started = std::chrono::steady_clock::now();
    const auto waited_long = [&] {
      return std::chrono::steady_clock::now() - started > std::chrono::seconds(20);
    };
    while (ranks.is_root() && finished + 1 < blocks && !waited_long()) between_rows();
    std::vector<RowResult> results;
    for (const Index row : block.rows) results.push_back(made_up_result(row, 5000));
    return results;
  };
  const auto count = [&](const RowBlock&, const std::vector<RowResult>&) { ++finished; };
  const auto outcome = run_rows(ranks, blocks_of(blocks, 1), solve, count, {}, &between_rows);
  CHECK(outcome.complete);
  if (!ranks.is_root()) return;
  for (std::size_t i = 0; i + 1 < blocks; ++i) CHECK(outcome.blocks[i].rank > 0);
  CHECK(outcome.blocks.back().rank == 0);
}

TEST_CASE("an exception on any one rank is thrown by all") {
  const auto ranks = Communicator::world();
  const auto blocks = blocks_of(60, 1);
  for (int culprit = 0; culprit < ranks.size(); ++culprit) {
    MadeUpSolver solver;
    const auto thrown = thrown_by_run(ranks, blocks, [&](const RowBlock& block) {
      if (ranks.rank() == culprit) throw InputError("rank " + std::to_string(culprit) + " gave up");
      return solver(block);
    });
    check_all_threw(ranks, thrown, ExitCode::bad_input, "rank " + std::to_string(culprit) + " gave up");
  }
}

TEST_CASE("an exception on any one block is thrown by all, whoever got it") {
  const auto ranks = Communicator::world();
  const auto blocks = blocks_of(12, 1);
  for (const Index bad : {0, 5, 11}) {
    MadeUpSolver solver;
    solver.most_nonzeros = 100'000;  // megabytes are under way meanwhile
    const auto thrown = thrown_by_run(ranks, blocks, [&](const RowBlock& block) {
      if (block.id == bad) throw SystemError("block " + std::to_string(bad));
      return solver(block);
    });
    check_all_threw(ranks, thrown, ExitCode::failed, "block " + std::to_string(bad));
  }
}

TEST_CASE("when every rank fails, all throw the same one") {
  const auto ranks = Communicator::world();
  const auto thrown = thrown_by_run(ranks, blocks_of(60, 1), [&](const RowBlock&) -> std::vector<RowResult> {
    throw SystemError("rank " + std::to_string(ranks.rank()));
  });
  std::string of_root = thrown.second;
  ranks.broadcast(of_root);
  CHECK(thrown.second == of_root);
  CHECK(thrown.first == ExitCode::failed);
}

TEST_CASE("an exception in what root does with results is thrown by all") {
  const auto ranks = Communicator::world();
  const auto blocks = blocks_of(30, 1);
  MadeUpSolver solver;
  int seen = 0;
  const auto full_disk = [&](const RowBlock&, const std::vector<RowResult>&) {
    if (++seen >= 4) throw SystemError("the disk is full");
  };
  check_all_threw(ranks, thrown_by_run(ranks, blocks, std::ref(solver), full_disk), ExitCode::failed,
                  "the disk is full");
  const auto broken = []() -> bool { throw SystemError("no idea"); };
  check_all_threw(ranks, thrown_by_run(ranks, blocks, std::ref(solver), {}, broken), ExitCode::failed,
                  "no idea");
}

TEST_CASE("a stop request midway returns what is done, on all ranks") {
  const auto ranks = Communicator::world();
  const auto blocks = blocks_of(200, 1);
  MadeUpSolver solver;
  std::vector<Index> reported;
  const auto outcome = run_rows(
      ranks, blocks, std::ref(solver),
      [&](const RowBlock& block, const std::vector<RowResult>&) { reported.push_back(block.rows.front()); },
      [&] { return reported.size() >= 10; });
  CHECK_FALSE(outcome.complete);
  CHECK(ranks.sum(solver.calls) < 200);
  const std::int64_t solved = ranks.sum(solver.calls);
  if (!ranks.is_root()) return;
  CHECK(outcome.rows.size() >= 10);
  CHECK(static_cast<std::int64_t>(outcome.rows.size()) == solved);  // nothing that was solved is lost
  std::sort(reported.begin(), reported.end());
  REQUIRE(reported.size() == outcome.rows.size());
  for (std::size_t i = 0; i < reported.size(); ++i)
    CHECK(same(outcome.rows[i], made_up_result(reported[i], solver.most_nonzeros)));
}

TEST_CASE("a stop request before the start solves nothing") {
  const auto ranks = Communicator::world();
  MadeUpSolver solver;
  const auto outcome = run_rows(ranks, blocks_of(20, 1), std::ref(solver), {}, [] { return true; });
  CHECK_FALSE(outcome.complete);
  CHECK(outcome.rows.empty());
  CHECK(ranks.sum(solver.calls) == 0);
}
