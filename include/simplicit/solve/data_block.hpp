#pragma once

#include <simplicit/problem/row_samples.hpp>
#include <simplicit/solve/block_settings.hpp>
#include <simplicit/solve/row_result.hpp>

#include <span>
#include <vector>

namespace simplicit {

/// Solves a block of rows without G: each row keeps a working set of features and the Gram matrix of those
/// alone. In rounds, the correlations of all rows' residuals with every feature are one matrix product with
/// Phi, each row takes in the features that violate most and solves again on its working set. On float32
/// samples the rounds between two certificates make that product in single precision, straight from the
/// stored numbers; certificates, and what a working set is solved from, are in double precision always. For d
/// > m, or when G does not fit the node. Results depend on the data, the settings and the block alone.
[[nodiscard]] std::vector<RowResult> solve_data_block(const RowSamples& samples,
                                                      const BlockSettings& settings,
                                                      std::span<const Index> rows, const WarmStart& warm);

}  // namespace simplicit
