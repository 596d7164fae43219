#include <simplicit/base/error.hpp>
#include <simplicit/parallel/channel.hpp>

#include <catch2/catch.hpp>
#include <support/temporary_directory.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

using namespace simplicit;

namespace {

/// Message k from one rank to another: lengths from nothing to beyond what MPI sends eagerly.
std::string content(int from, int to, int k) {
  const std::size_t length =
      k % 4 == 0 ? 0 : static_cast<std::size_t>(k) * 40009 + static_cast<std::size_t>(from);
  return std::string(length, static_cast<char>('a' + (from + 3 * to + k) % 26));
}

}  // namespace

TEST_CASE("every rank sends to every rank, itself included, and gets all in order") {
  const auto ranks = Communicator::world();
  constexpr int each = 20;
  Channel channel(ranks);
  for (int k = 0; k < each; ++k)
    for (int to = 0; to < ranks.size(); ++to) channel.send(to, k, content(ranks.rank(), to, k));

  std::vector<int> next(static_cast<std::size_t>(ranks.size()), 0);
  for (int received = 0; received < each * ranks.size(); ++received) {
    const Channel::Message message = channel.receive();
    int& k = next[static_cast<std::size_t>(message.source)];
    CHECK(message.tag == k);
    CHECK(message.bytes == content(message.source, ranks.rank(), k));
    ++k;
  }
  CHECK(next == std::vector<int>(next.size(), each));
  CHECK_FALSE(channel.poll());
}

TEST_CASE("poll returns nothing when nothing was sent") {
  Channel channel(Communicator::world());
  for (int i = 0; i < 100; ++i) CHECK_FALSE(channel.poll());
}

TEST_CASE("one poll finds what has arrived while the rank was busy") {
  const auto ranks = Communicator::world();
  const test::TemporaryDirectory directory(ranks);
  const auto sent = [&](int rank) { return directory / ("sent" + std::to_string(rank)); };
  Channel channel(ranks);
  const int neighbour = (ranks.rank() + 1) % ranks.size();
  const int before = (ranks.rank() + ranks.size() - 1) % ranks.size();
  for (const std::string& bytes : {std::string("short"), content(0, 0, 3)}) {
    INFO(bytes.size() << " bytes");
    ranks.barrier();
    channel.send(neighbour, 1, bytes);
    std::ofstream{sent(ranks.rank())} << "sent";
    // without MPI, which would move what has arrived
    while (!std::filesystem::exists(sent(before))) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const auto message = channel.poll();
    CHECK((message && message->bytes == bytes));
    if (!message) (void)channel.receive();
    ranks.barrier();
    std::filesystem::remove(sent(ranks.rank()));
  }
}

TEST_CASE("two channels over the same ranks do not see each other's messages") {
  const auto ranks = Communicator::world();
  Channel first(ranks);
  Channel second(ranks);
  const int neighbour = (ranks.rank() + 1) % ranks.size();
  first.send(neighbour, 1, "first");
  second.send(neighbour, 2, "second");
  CHECK(second.receive().bytes == "second");
  CHECK(first.receive().bytes == "first");
}

TEST_CASE("sends to a rank that is not listening do not block the sender") {
  const auto ranks = Communicator::world();
  Channel channel(ranks);
  const int neighbour = (ranks.rank() + 1) % ranks.size();
  for (int k = 0; k < 5; ++k) channel.send(neighbour, k, std::string(4'000'000, 'x'));
  ranks.barrier();  // all have sent, nobody has received
  for (int k = 0; k < 5; ++k) CHECK(channel.receive().bytes.size() == 4'000'000);
}

TEST_CASE("a short message does not overtake a long one from the same rank") {
  const auto ranks = Communicator::world();
  Channel channel(ranks);
  const int neighbour = (ranks.rank() + 1) % ranks.size();
  channel.send(neighbour, 1, std::string(20'000'000, 'x'));
  channel.send(neighbour, 2, "short");
  // Odd ranks leave MPI alone for a while, as when solving, so that their long message may be held up.
  if (ranks.rank() % 2 == 1) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const Channel::Message first = channel.receive();
  CHECK(first.tag == 1);
  CHECK(first.bytes.size() == 20'000'000);
  CHECK(channel.receive().bytes == "short");
}

TEST_CASE("a message of 2 GiB or more is refused with its size") {
  CHECK(message_length(2147483647) == 2147483647);
  CHECK_THROWS_AS(message_length(2147483648), SystemError);
  CHECK_THROWS_WITH(message_length(2147483648), Catch::Contains("2147483648 bytes"));
}
