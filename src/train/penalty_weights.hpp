#pragma once

#include <simplicit/linalg/stored_matrix.hpp>
#include <simplicit/solve/block_settings.hpp>
#include <simplicit/states/states_file.hpp>
#include <simplicit/train/train_settings.hpp>

namespace simplicit {

/// Root mean square of every feature, sqrt(|phi_j|^2 / m) (d); 1 where a feature is all zero. Phi (m x d).
[[nodiscard]] std::vector<double> feature_rms(const StoredMatrix& phi);

/// Fills weight_sets and weight_set_of_row: the factors for A, B, C, D, times the feature's root mean square
/// when standardising, 0 for the bias, infinity for states that the feed-forward structure forbids. `rms` (d)
/// is used when standardising. Throws InputError when the structure needs layer sizes that the file does not
/// have.
void set_penalty_weights(const TrainSettings& settings, const StatesHeader& header,
                         const std::vector<double>& rms, BlockSettings& block_settings);

}  // namespace simplicit
