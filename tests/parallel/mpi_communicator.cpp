#include <simplicit/base/error.hpp>
#include <simplicit/parallel/communicator.hpp>

#include <catch2/catch.hpp>

#include <new>
#include <numeric>

using namespace simplicit;

namespace {

/// What an agreed step throws on this rank.
struct Thrown {
  ExitCode code = ExitCode::done;
  std::string message;
};

Thrown thrown_by(const std::function<void()>& step) {
  try {
    step();
    return {};
  } catch (const Error& error) {
    return {error.code(), error.what()};
  }
}

/// Rank r contributes r numbers (none on rank 0): r, r, ...
std::vector<int> uneven_contribution(int rank) {
  return std::vector<int>(static_cast<std::size_t>(rank), rank);
}

}  // namespace

TEST_CASE("broadcast gives every rank the bytes of any root") {
  const auto ranks = Communicator::world();
  for (int root = 0; root < ranks.size(); ++root) {
    std::vector<double> values(1000, ranks.rank());
    ranks.broadcast(std::span(values), root);
    CHECK(values == std::vector<double>(1000, root));

    std::string text = "from " + std::string(static_cast<std::size_t>(ranks.rank()), '+');
    ranks.broadcast(text, root);
    CHECK(text == "from " + std::string(static_cast<std::size_t>(root), '+'));
  }
  std::string empty = ranks.is_root() ? "" : "something";
  ranks.broadcast(empty);
  CHECK(empty.empty());
}

TEST_CASE("sums and extremes of one number a rank") {
  const auto ranks = Communicator::world();
  const std::int64_t P = ranks.size();
  const std::int64_t value = (std::int64_t{1} << 40) + ranks.rank();
  CHECK(ranks.sum(value) == P * (std::int64_t{1} << 40) + P * (P - 1) / 2);
  CHECK(ranks.min(value) == std::int64_t{1} << 40);
  CHECK(ranks.max(value) == (std::int64_t{1} << 40) + P - 1);
  CHECK(ranks.max(-0.5 * (ranks.rank() + 1)) == -0.5);
}

TEST_CASE("gather keeps rank order with uneven and empty shares") {
  const auto ranks = Communicator::world();
  for (int root = 0; root < ranks.size(); ++root) {
    const std::vector<int> own = uneven_contribution(ranks.rank());
    const std::vector<int> all = ranks.gather(std::span<const int>(own), root);
    std::vector<int> expected;
    for (int rank = 0; ranks.rank() == root && rank < ranks.size(); ++rank) {
      const auto part = uneven_contribution(rank);
      expected.insert(expected.end(), part.begin(), part.end());
    }
    CHECK(all == expected);
  }
}

TEST_CASE("gather_strings keeps rank order, empty strings included") {
  const auto ranks = Communicator::world();
  const auto text = [](int rank) { return rank % 2 == 0 ? std::string{} : "rank " + std::to_string(rank); };
  const std::vector<std::string> all = ranks.gather_strings(text(ranks.rank()));
  REQUIRE(all.size() == (ranks.is_root() ? static_cast<std::size_t>(ranks.size()) : 0));
  for (std::size_t rank = 0; rank < all.size(); ++rank) CHECK(all[rank] == text(static_cast<int>(rank)));
}

TEST_CASE("split keeps the order within a colour") {
  const auto ranks = Communicator::world();
  const auto half = ranks.split(ranks.rank() % 2);
  CHECK(half.rank() == ranks.rank() / 2);
  CHECK(half.size() == (ranks.size() + 1 - ranks.rank() % 2) / 2);
  std::int64_t expected = 0;
  for (int rank = ranks.rank() % 2; rank < ranks.size(); rank += 2) expected += rank;
  CHECK(half.sum(ranks.rank()) == expected);
}

TEST_CASE("the ranks of this node are numbered in the order of all") {
  const auto ranks = Communicator::world();
  const auto node = ranks.split_by_node();
  CHECK(node.size() == ranks.size());
  CHECK(node.rank() == ranks.rank());
}

TEST_CASE("agree passes when nobody fails") {
  const auto ranks = Communicator::world();
  int done = 0;
  agree(ranks, [&] { ++done; });
  CHECK(done == 1);
}

TEST_CASE("agree tells all ranks the failure of the lowest one") {
  const auto ranks = Communicator::world();
  for (int first = 0; first < ranks.size(); ++first) {
    const Thrown thrown = thrown_by([&] {
      agree(ranks, [&] {
        if (ranks.rank() >= first) throw InputError("bad input on rank " + std::to_string(ranks.rank()));
      });
    });
    CHECK(thrown.code == ExitCode::bad_input);
    CHECK(thrown.message == "bad input on rank " + std::to_string(first));
  }
}

TEST_CASE("agree turns foreign exceptions into failures in our words") {
  const auto ranks = Communicator::world();
  const int last = ranks.size() - 1;
  const auto on_last = [&](const std::function<void()>& fail) {
    return thrown_by([&] {
      agree(ranks, [&] {
        if (ranks.rank() == last) fail();
      });
    });
  };
  const Thrown memory = on_last([] { throw std::bad_alloc(); });
  CHECK(memory.code == ExitCode::failed);
  CHECK(memory.message == "out of memory");
  const Thrown standard = on_last([] { throw std::out_of_range("index 7"); });
  CHECK(standard.code == ExitCode::failed);
  CHECK(standard.message.find("fault of the program") != std::string::npos);
  CHECK(on_last([] { throw 7; }).code == ExitCode::failed);
  CHECK(on_last([] { throw Error(ExitCode::interrupted, "stop"); }).code == ExitCode::interrupted);
}

TEST_CASE("on_root runs once and its failure reaches all ranks") {
  const auto ranks = Communicator::world();
  std::int64_t runs = 0;
  on_root(ranks, [&] { ++runs; });
  CHECK(ranks.sum(runs) == 1);
  const Thrown thrown = thrown_by([&] { on_root(ranks, [] { throw InputError("no such file"); }); });
  CHECK(thrown.code == ExitCode::bad_input);
  CHECK(thrown.message == "no such file");
}

TEST_CASE("an MPI failure is a SystemError that names the call") {
  const auto ranks = Communicator::world();
  if (ranks.size() == 1) return;  // one rank asks MPI for nothing
  std::vector<int> values(1);
  CHECK_THROWS_WITH(ranks.broadcast(std::span(values), ranks.size()),
                    Catch::StartsWith("MPI_Bcast failed: MPI_ERR_ROOT"));
}
