#include <simplicit/base/error.hpp>
#include <simplicit/parallel/node_window.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <limits>

using namespace simplicit;

namespace {

std::string refusal(const Communicator& node, std::size_t bytes) {
  try {
    NodeWindow window(node, bytes, "the Gram matrix");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::bad_input);
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("every rank sees what every rank wrote") {
  const auto node = Communicator::world().split_by_node();
  const NodeWindow window(node, 1001 * sizeof(std::int64_t), "a test");
  const auto numbers = window.as<std::int64_t>();
  REQUIRE(numbers.size() == 1001);
  for (int round = 0; round < 20; ++round) {
    const Range mine = share(1001, (node.rank() + round) % node.size(), node.size());
    for (Index i = mine.begin; i < mine.end; ++i) numbers[static_cast<std::size_t>(i)] = 100 * i + round;
    window.fence();
    Index wrong = 0;
    for (Index i = 0; i < 1001; ++i) wrong += numbers[static_cast<std::size_t>(i)] != 100 * i + round;
    CHECK(wrong == 0);
    window.fence();  // nobody writes the next round before all have looked
  }
}

TEST_CASE("windows start at 64-byte boundaries on every rank") {
  const auto node = Communicator::world().split_by_node();
  std::vector<NodeWindow> windows;
  for (const std::size_t bytes : {1U, 8U, 100U, 4096U, 100000U}) {
    windows.emplace_back(node, bytes, "a test");
    CHECK(windows.back().bytes() == bytes);
    CHECK(reinterpret_cast<std::uintptr_t>(windows.back().as<char>().data()) % 64 == 0);
  }
  // neighbours do not overlap: the last byte of each is its own
  for (std::size_t i = 0; i < windows.size() && node.is_root(); ++i) {
    windows[i].as<char>().front() = windows[i].as<char>().back() = static_cast<char>('a' + i);
  }
  for (const auto& window : windows) window.fence();
  for (std::size_t i = 0; i < windows.size(); ++i) {
    CHECK(windows[i].as<char>().front() == static_cast<char>('a' + i));
    CHECK(windows[i].as<char>().back() == static_cast<char>('a' + i));
  }
}

TEST_CASE("an empty window and a window without content are harmless") {
  const auto node = Communicator::world().split_by_node();
  const NodeWindow empty(node, 0, "nothing");
  CHECK(empty.as<double>().empty());
  empty.fence();
  NodeWindow none;
  none.fence();
  CHECK(none.bytes() == 0);
  CHECK(none.as<double>().empty());
  none = NodeWindow(node, 8, "one number");
  CHECK(none.as<double>().size() == 1);
}

TEST_CASE("a window larger than any machine is refused on all ranks, with sizes and advice") {
  const auto node = Communicator::world().split_by_node();
  const std::string message = refusal(node, std::size_t{1} << 56);
  CHECK_THAT(message, Catch::StartsWith("no room for the Gram matrix (64.00 PiB): "));
  if (node.size() > 1) {
    CHECK_THAT(message, Catch::Contains("OMPI_MCA_osc_sm_backing_directory"));
  } else {
    CHECK_THAT(message, Catch::Contains("of memory to give"));
  }
  CHECK(refusal(node, std::numeric_limits<std::size_t>::max()) != "none");
}

TEST_CASE("windows whose pages nobody touched yet still count as taken") {
  const auto node = Communicator::world().split_by_node();
  std::int64_t room = static_cast<std::int64_t>(available_memory());
  if (node.size() > 1) room = std::min(room, static_cast<std::int64_t>(shared_memory_room().free_bytes));
  const auto most = static_cast<std::size_t>(node.min(room) / 10 * 6);
  const NodeWindow first(node, most, "the first");
  CHECK(refusal(node, most) != "none");
}
