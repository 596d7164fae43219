#pragma once

#include <simplicit/solve/row_attempt.hpp>

#include <vector>

namespace simplicit {

/// A row that is fitted on a support, and the weights of its ridge.
struct RefitRow {
  Index row = 0;
  std::vector<int> support;            ///< ascending; the constant, where there is a bias, among it
  std::vector<double> weights;         ///< (support) of the ridge: |phi_j|^2, 0 for the constant
  std::vector<double> weights_of_all;  ///< (d) the same, infinite off the support
};

[[nodiscard]] RefitRow refit_row(const RowSamples& samples, const BlockSettings& settings, Index row,
                                 const std::vector<int>& support);
/// The row at zero; points into `refit`, which must stay where it is.
[[nodiscard]] RowAttempt attempt_of(const RefitRow& refit, const RowSamples& samples,
                                    const BlockSettings& settings);

}  // namespace simplicit
