#pragma once

#include <simplicit/parallel/communicator.hpp>
#include <simplicit/solve/block_settings.hpp>
#include <simplicit/states/store.hpp>
#include <simplicit/train/train_settings.hpp>

namespace simplicit {

/// What the rows of a run share, from its settings and states: objective, ball, weights of the penalty
/// (collective). Throws InputError on all ranks where the weights do not fit the states.
[[nodiscard]] BlockSettings shared_settings(const Communicator& ranks, const TrainSettings& settings,
                                            const StateStore& store);

}  // namespace simplicit
