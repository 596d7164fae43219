// Without MPI: what one process alone does, and the pure functions.
#include "parallel/pieces.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/parallel/failure.hpp>
#include <simplicit/parallel/node_window.hpp>

#include <catch2/catch.hpp>

using namespace simplicit;

TEST_CASE("one process alone needs no MPI") {
  const auto alone = Communicator::self();
  CHECK(alone.size() == 1);
  CHECK(alone.is_root());
  alone.barrier();
  int value = 3;
  alone.broadcast(value);
  CHECK(value == 3);
  CHECK(alone.sum(5) == 5);
  CHECK(alone.max(-2.5) == -2.5);
  CHECK(alone.gather(std::span<const int>(&value, 1)) == std::vector{3});
  CHECK(alone.gather_strings("mine") == std::vector<std::string>{"mine"});
  CHECK(alone.split_by_node().size() == 1);
  CHECK(alone.split(4).size() == 1);
  CHECK_THROWS_AS(agree(alone, [] { throw InputError("bad"); }), Error);

  const NodeWindow window(alone, 1000, "a test");
  window.as<double>().back() = 1;
  window.fence();
  CHECK(window.as<double>().back() == 1);
}

TEST_CASE("shares are contiguous, cover everything and differ by at most one") {
  for (Index count = 0; count < 40; ++count) {
    for (int parts = 1; parts < 12; ++parts) {
      Index next = 0;
      for (int part = 0; part < parts; ++part) {
        const Range range = share(count, part, parts);
        CHECK(range.begin == next);
        CHECK(range.size() >= count / parts);
        CHECK(range.size() <= (count + parts - 1) / parts);
        next = range.end;
      }
      CHECK(next == count);
    }
  }
}

TEST_CASE("pieces make up the whole and none is above the limit") {
  for (const std::size_t total : {0U, 1U, 9U, 10U, 11U, 20U, 25U}) {
    std::size_t next = 0;
    in_pieces(total, 10, [&](std::size_t offset, std::size_t bytes) {
      CHECK(offset == next);
      CHECK(bytes > 0);
      CHECK(bytes <= 10);
      next += bytes;
    });
    CHECK(next == total);
  }
}

TEST_CASE("a step without an exception has no failure") {
  CHECK_FALSE(failure_of([] {}));
  const auto failure = failure_of([] { throw InputError("bad"); });
  REQUIRE(failure);
  CHECK(failure->code == ExitCode::bad_input);
  CHECK(failure->message == "bad");
  CHECK_THROWS_WITH(raise(*failure), "bad");
}
