#pragma once

#include <simplicit/parallel/communicator.hpp>
#include <simplicit/run/train_settings.hpp>
#include <simplicit/solve/block_settings.hpp>
#include <simplicit/states/store.hpp>

namespace simplicit {

/// What the rows of a run share, from its settings and states: objective, ball, weights of the penalty
/// (collective). Throws InputError on all ranks where the weights do not fit the states.
[[nodiscard]] BlockSettings shared_settings(const Communicator& ranks, const TrainSettings& settings,
                                            const StateStore& store);

/// Root mean square of every feature, sqrt(|phi_j|^2 / m) (d); 1 where a feature is all zero. Phi (m x d).
[[nodiscard]] std::vector<double> feature_rms(const StoredMatrix& phi);

/// Fills weight_sets and weight_set_of_row: the factors for A, B, C, D, times the feature's root mean square
/// when standardising, 0 for the bias, infinity for states that the feed-forward structure forbids. `rms` (d)
/// is used when standardising. Throws InputError when the structure needs layer sizes that the file does not
/// have.
void set_penalty_weights(const TrainSettings& settings, const StatesHeader& header,
                         const std::vector<double>& rms, BlockSettings& block_settings);

}  // namespace simplicit
