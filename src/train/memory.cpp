#include <simplicit/problem/gram.hpp>
#include <simplicit/system/memory_room.hpp>
#include <simplicit/train/memory.hpp>
#include <simplicit/train/regime.hpp>

#include <algorithm>

namespace simplicit {

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
