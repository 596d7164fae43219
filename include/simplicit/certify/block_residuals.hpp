#pragma once

#include <simplicit/problem/row_samples.hpp>

#include <span>
#include <vector>

namespace simplicit {

/// Residuals rho = z - Phi w of a block of rows, by what certificates need of them, with Phi and z shifted as
/// RowSamples says. With a bias rho_c is rho less its mean, without one it is rho itself.
struct BlockResiduals {
  Matrix correlations;                    ///< (d x width) Phi^T rho
  std::span<const double> feature_sums;   ///< (d) Phi^T 1
  std::span<const double> feature_norms;  ///< (d) |phi_j|
  std::vector<double> mean;               ///< (width) of rho; zero without a bias
  std::vector<double> centred_norm2;      ///< (width) |rho_c|^2
  std::vector<double> mean_norm2;         ///< (width) |rho|^2 - |rho_c|^2
  std::vector<double> target_dot;         ///< (width) z^T rho_c
  std::vector<double> rounding;  ///< (width) rho as computed may be off by about this much, as a norm
  std::vector<double> correlation_rounding;  ///< (width) correlations may be off by about this times |phi_j|
  std::vector<double> resolution;  ///< (width) rounding w to double precision moves rho by about this much
  std::vector<double> target_dot_rounding;  ///< (width) target_dot may be off by about this much

  /// Takes the numbers above as free of rounding.
  void without_rounding() {
    rounding.assign(mean.size(), 0);
    correlation_rounding = resolution = target_dot_rounding = rounding;
  }
  /// Phi^T rho_c of row i of the block (d).
  [[nodiscard]] Vector centred_correlations(Index i) const {
    const Eigen::Map<const Vector> sums(feature_sums.data(), static_cast<Index>(feature_sums.size()));
    return correlations.col(i) - mean[static_cast<std::size_t>(i)] * sums;
  }
};

/// Residuals and correlations of rows `targets` with weights `rows` (of the features as stored), as two
/// matrix products in double precision over fixed pieces of the samples. Both are `width` columns wide, the
/// number of rows rounded up to a multiple of 8; the columns without a row hold nothing of use.
[[nodiscard]] BlockResiduals block_residuals(const RowSamples& samples, std::span<const Index> targets,
                                             std::span<const SparseRow> rows);

}  // namespace simplicit
