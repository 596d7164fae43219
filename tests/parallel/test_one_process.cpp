// Without MPI: what one process alone does, and the pure functions.
#include "parallel/pieces.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/base/failure.hpp>
#include <simplicit/parallel/channel.hpp>
#include <simplicit/parallel/node_window.hpp>
#include <simplicit/parallel/session.hpp>

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

TEST_CASE("a process that no launcher started is the whole world and talks to itself") {
  CHECK(Communicator::world().size() == 1);
  Channel channel(Communicator::world());
  Channel other(Communicator::world());
  CHECK_FALSE(channel.poll());
  channel.send(0, 1, "first");
  channel.send(0, 2, "");
  CHECK_FALSE(other.poll());
  const Channel::Message first = channel.receive();
  CHECK(first.source == 0);
  CHECK(first.tag == 1);
  CHECK(first.bytes == "first");
  CHECK(channel.receive().tag == 2);
  CHECK_FALSE(channel.poll());
}

TEST_CASE("launchers are known by the ranks they give") {
  const auto launched = [](std::vector<const char*> environment) {
    environment.push_back(nullptr);
    return started_by_launcher(environment.data());
  };
  CHECK_FALSE(launched({}));
  CHECK_FALSE(
      launched({"PATH=/bin:/RANK", "HOME=/root", "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_MCA_btl=tcp,self"}));
  for (const char* entry : {"OMPI_COMM_WORLD_RANK=0", "PMIX_NAMESPACE=1", "PMI_FD=7", "MPI_LOCALRANKID=0",
                            "SLURM_PROCID=0", "MV2_COMM_WORLD_RANK=1", "PALS_RANKID=3", "FLUX_TASK_RANK=0"}) {
    INFO(entry);
    CHECK(launched({"PATH=/bin", entry}));
  }
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
