#pragma once

#include <simplicit/parallel/communicator.hpp>
#include <simplicit/run/train_settings.hpp>
#include <simplicit/states/store.hpp>

#include <cstddef>

namespace simplicit {

/// Bytes a node needs for Phi and the targets.
[[nodiscard]] std::size_t states_bytes(const StatesHeader& header);
/// Bytes of a copy of the states X as they are kept on a node.
[[nodiscard]] std::size_t kept_states_bytes(const StatesHeader& header);

/// Throws InputError on all ranks, with the sizes and what helps, unless every node has the memory that a run
/// in this regime takes for the states, for a copy of X when it keeps one, and for G and R (collective);
/// nothing is read before.
void require_memory(const Communicator& ranks, Regime regime, const StatesHeader& header,
                    bool keeps_states = false);

/// What a training run holds in memory.
struct TrainMemory {
  std::size_t node_bytes = 0;  ///< shared by the ranks of a node: states, G and R
  std::size_t rank_bytes = 0;  ///< private, at most on any rank so far
  int nodes = 1;
};

/// Collective; what counts of it is on root.
[[nodiscard]] TrainMemory measured_memory(const Communicator& ranks, const StateStore& store, bool with_gram);

}  // namespace simplicit
