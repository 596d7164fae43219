#pragma once

#include <simplicit/linalg/stored_matrix.hpp>
#include <simplicit/problem/quadratic_row.hpp>

#include <span>
#include <vector>

namespace simplicit {

/// Residuals rho = z - Phi w of a block of rows, by what certificates need of them. With a bias rho_c is rho
/// less its mean, without one it is rho itself.
struct BlockResiduals {
  Matrix correlations;                ///< (d x width) Phi^T rho
  Vector feature_sums;                ///< (d) Phi^T 1; zero without a bias
  std::vector<double> mean;           ///< (width) of rho; zero without a bias
  std::vector<double> centred_norm2;  ///< (width) |rho_c|^2
  std::vector<double> mean_norm2;     ///< (width) |rho|^2 - |rho_c|^2
  std::vector<double> target_norm2;   ///< (width) |z|^2
  std::vector<double> target_dot;     ///< (width) z^T rho_c

  /// Phi^T rho_c of row i of the block (d).
  [[nodiscard]] Vector centred_correlations(Index i) const {
    return correlations.col(i) - mean[static_cast<std::size_t>(i)] * feature_sums;
  }
};

/// Residuals and correlations of rows `targets` with weights `rows`, as two matrix products in double
/// precision over fixed pieces of the samples. Both are `width` columns wide, the number of rows rounded up
/// to a multiple of 8; the columns without a row hold nothing of use. Phi (m x d), targets (m x (n + q)).
[[nodiscard]] BlockResiduals block_residuals(const StoredMatrix& phi, const StoredMatrix& targets, bool bias,
                                             std::span<const Index> target_columns,
                                             std::span<const SparseRow> rows);

}  // namespace simplicit
