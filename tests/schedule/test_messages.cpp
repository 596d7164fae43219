#include "schedule/messages.hpp"

#include <catch2/catch.hpp>

using namespace simplicit;

TEST_CASE("a finished block survives packing, every field to the bit") {
  const std::string result("\0\n\xff", 3);
  const auto received = unpacked<FinishedBlock>(packed(FinishedBlock{5, 2.5, 4.5, result}));
  CHECK(received.block == 5);
  CHECK(received.seconds == 2.5);
  CHECK(received.ended == 4.5);
  CHECK(received.result == result);
}

TEST_CASE("a verdict survives packing") {
  const auto verdict = unpacked<Verdict>(packed(Verdict{true, true, {ExitCode::interrupted, "stopped"}}));
  CHECK(verdict.complete);
  CHECK(verdict.failed);
  CHECK(verdict.failure.code == ExitCode::interrupted);
  CHECK(verdict.failure.message == "stopped");
}

TEST_CASE("bytes that are no archive, or half of one, are a SystemError") {
  const std::string bytes = packed(FinishedBlock{5, 2.5, 4.5, std::string(1000, 'x')});
  CHECK_THROWS_AS(unpacked<FinishedBlock>("nonsense"), SystemError);
  CHECK_THROWS_AS(unpacked<FinishedBlock>(bytes.substr(0, bytes.size() / 2)), SystemError);
}
