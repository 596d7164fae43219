#pragma once

#include "shared/layer_data.hpp"
#include <simplicit/solve/row_result.hpp>

#include <span>
#include <vector>

namespace simplicit {

/// Solves every row of a class without a penalty on its support (features, ascending; the constant is one):
///
///     minimise  1/2 |z - Phi_S w|^2 + 1/2 sum_S eta_j w_j^2,     eta_j = 1e-8 G_jj.
///
/// With theta = rho, v = Phi^T rho the gap is sum over S of (eta_j w_j - v_j)^2 / (2 eta_j), measured on the
/// patches; rows that miss the tolerance are solved again for what is left, a few times (collective; the same
/// on all ranks). Rows of results are channels of the layer.
[[nodiscard]] std::vector<RowResult> refit_class(const Communicator& ranks, const LayerData& data,
                                                 const RowClass& rows, const ClassSums& sums,
                                                 const std::vector<std::vector<int>>& supports,
                                                 double tolerance);

/// The same weights as they come from the sums, neither measured nor certified: what moves targets on.
[[nodiscard]] std::vector<RowResult> fit_class(const Communicator& ranks, const RowClass& rows,
                                               const ClassSums& sums,
                                               const std::vector<std::vector<int>>& supports);

}  // namespace simplicit
