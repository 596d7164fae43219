#pragma once

#include <simplicit/problem/gram.hpp>
#include <simplicit/solve/block_settings.hpp>
#include <simplicit/solve/row_result.hpp>

#include <span>
#include <vector>

namespace simplicit {

/// Solves a block of rows from G and R, and certifies them from Phi and the targets. A row whose certificate
/// falls short is solved again with r corrected by the correlations measured on the data (iterative
/// refinement of the whole problem), a few times. Results depend on the data, the settings and the row alone.
[[nodiscard]] std::vector<RowResult> solve_gram_block(const Gram& gram, const RowSamples& samples,
                                                      const BlockSettings& settings,
                                                      std::span<const Index> rows, const WarmStart& warm);

}  // namespace simplicit
