#pragma once

#include <simplicit/parallel/communicator.hpp>
#include <simplicit/states/store.hpp>

#include <cstddef>

namespace simplicit {

/// What a training run holds in memory.
struct TrainMemory {
  std::size_t node_bytes = 0;  ///< shared by the ranks of a node: states, G and R
  std::size_t rank_bytes = 0;  ///< private, at most on any rank so far
  int nodes = 1;
};

/// Collective; what counts of it is on root.
[[nodiscard]] TrainMemory measured_memory(const Communicator& ranks, const StateStore& store, bool with_gram);

}  // namespace simplicit
