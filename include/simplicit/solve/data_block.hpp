#pragma once

#include <simplicit/solve/block_settings.hpp>
#include <simplicit/solve/row_result.hpp>
#include <simplicit/states/store.hpp>

#include <span>
#include <vector>

namespace simplicit {

/// Solves a block of rows without G: each row keeps a working set of features and the Gram matrix of those
/// alone. In rounds, the residuals of all rows and their correlations with every feature are two matrix
/// products with Phi, each row certifies itself, takes in the features that violate most and solves again on
/// its working set. For d > m, or when G does not fit the node. Results depend on the data, the settings and
/// the block alone.
[[nodiscard]] std::vector<RowResult> solve_data_block(const StateStore& store, const BlockSettings& settings,
                                                      std::span<const Index> rows, const WarmStart& warm);

}  // namespace simplicit
