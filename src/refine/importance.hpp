#pragma once

#include <simplicit/states/store.hpp>

#include <vector>

namespace simplicit {

/// What a unit of squared error in each row (n + q) costs the outputs of the baseline.
///
/// With the baseline in the states file it is E[J^T F J] over a few hundred samples spread over the store, J
/// the derivative of the outputs by the row's pre-activation (for a state J = C (I - Phi' A)^-1 Phi' of the
/// baseline's implicit form) and F the Fisher information of the softmax of the outputs, diag(p) - p p^T, or
/// 1 where there is one output. Without it a row counts 1 / |z|^2, so that relative errors weigh the same,
/// and an output n / q times as much: the outputs together weigh as much as the states together. Dead rows
/// count 0. Opens the file on this process alone; throws InputError naming file, dataset and fault.
[[nodiscard]] std::vector<double> row_importance(const StateStore& store);

}  // namespace simplicit
