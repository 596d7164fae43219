#pragma once

#include <simplicit/problem/gram.hpp>
#include <simplicit/solve/block_settings.hpp>
#include <simplicit/solve/row_result.hpp>

#include <span>
#include <vector>

namespace simplicit {

/// Features (columns of Phi, ascending) that each of the n + q rows may use.
using Supports = std::vector<std::vector<int>>;

/// Solves a block of rows without a penalty on given supports, under the ball:
///
///     minimise  1/2 |z - Phi_S w|^2 + 1/2 sum_j eta_j w_j^2   s.t.  sum over the ball |w_j| <= kappa,
///
/// eta_j = 1e-8 |phi_j|^2, with a bias that of the feature less its mean; the bias, where there is one,
/// belongs to every support and is free. Certified from Phi and the targets like any row. Of `settings` the
/// objective and the weights are not used. Results depend on the data, the settings, the row and its support
/// alone.
[[nodiscard]] std::vector<RowResult> solve_refit_block(const Gram& gram, const RowSamples& samples,
                                                       const BlockSettings& settings,
                                                       std::span<const Index> rows, const Supports& supports);

}  // namespace simplicit
