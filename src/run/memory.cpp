#include <simplicit/base/error.hpp>
#include <simplicit/base/failure.hpp>
#include <simplicit/problem/gram.hpp>
#include <simplicit/run/memory.hpp>
#include <simplicit/system/memory_room.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace simplicit {
namespace {

// One feature on all samples, padded as the store pads it.
std::size_t column_bytes(const StatesHeader& header) {
  return static_cast<std::size_t>(leading_dimension_of(header.samples)) * bytes_of(header.precision);
}

}  // namespace

std::size_t states_bytes(const StatesHeader& header) {
  const auto columns = static_cast<std::size_t>(header.features() + header.states + header.outputs);
  return columns * column_bytes(header);
}

std::size_t kept_states_bytes(const StatesHeader& header) {
  return static_cast<std::size_t>(header.states) * column_bytes(header);
}

void require_memory(const Communicator& ranks, Regime regime, const StatesHeader& header, bool keeps_states) {
  const std::size_t states = states_bytes(header) + (keeps_states ? kept_states_bytes(header) : 0);
  const bool with_gram = regime == Regime::gram;
  const std::size_t gram = with_gram ? gram_bytes(header.features(), header.states + header.outputs) : 0;
  std::string what = fmt::format("the states of {}, m = {}, n = {}, p = {}", header.path, header.samples,
                                 header.states, header.inputs);
  if (with_gram) what += fmt::format(", and for G and R, which alone take {}", human_size(gram));
  const Communicator node = ranks.split_by_node();
  const auto check = [&](std::size_t bytes) {
    on_root(node, [&] { require_room(what, bytes, node.size() > 1, 0); });
    agree(node, [&] { require_address_space(what, bytes); });
  };
  agree(ranks, [&] {
    const auto lack = failure_of([&] { check(states + gram); });
    if (!lack) return;
    const bool states_fit = with_gram && !failure_of([&] { check(states); });
    throw Error(lack->code,
                lack->message + (states_fit ? "; --regime data takes no G" : "; fewer samples take less"));
  });
}

TrainMemory measured_memory(const Communicator& ranks, const StateStore& store, bool with_gram) {
  const StatesHeader& header = store.header();
  TrainMemory memory;
  memory.node_bytes = states_bytes(header);
  if (with_gram) memory.node_bytes += gram_bytes(header.features(), header.states + header.outputs);
  std::size_t own = private_memory();
  // A rank that is alone on its node has the windows in memory of its own.
  if (store.node().size() == 1) own -= std::min(own, memory.node_bytes);
  memory.rank_bytes = static_cast<std::size_t>(ranks.max(static_cast<std::int64_t>(own)));
  memory.nodes = static_cast<int>(ranks.sum(store.node().is_root() ? 1 : 0));
  return memory;
}

}  // namespace simplicit
