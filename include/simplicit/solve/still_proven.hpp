#pragma once

#include <simplicit/solve/block_settings.hpp>
#include <simplicit/solve/refit_block.hpp>
#include <simplicit/solve/row_result.hpp>

#include <span>
#include <vector>

namespace simplicit {

/// Whether rows that were read from a file are what they say: their weights, measured on the samples again,
/// lie in the ball and on allowed features, have the objective, and a gap no larger than the one that stands
/// there. Rows that are infeasible or in numerical trouble carry a proof that weights alone do not repeat:
/// never.
[[nodiscard]] bool still_proven(const RowSamples& samples, const BlockSettings& settings,
                                std::span<const RowResult> rows);
/// The same for rows that were fitted on given supports.
[[nodiscard]] bool still_proven(const RowSamples& samples, const BlockSettings& settings,
                                std::span<const RowResult> rows, const Supports& supports);

}  // namespace simplicit
