#pragma once

#include <simplicit/certify/block_residuals.hpp>

#include <span>
#include <vector>

namespace simplicit {

/// One row whose residual is wanted.
struct ScreenedRow {
  Index target = 0;                           ///< column of the targets
  const SparseRow* weights = nullptr;         ///< w
  const std::vector<int>* columns = nullptr;  ///< features whose correlations must be exact
};

/// Residuals of a block of rows, measured cheaply.
struct ScreenedResiduals {
  BlockResiduals block;
  Matrix rho;  ///< (m x rows) z - Phi w

  /// Makes the correlations of row i with these features exact.
  void sharpen(const StoredMatrix& phi, Index i, std::span<const int> columns);
};

/// What `block_residuals` measures, at less than half its cost for float32 samples: norms and the
/// correlations of `columns` in double precision, all other correlations as one single-precision product with
/// Phi as it is stored. These are good to about 1e-6 |phi_j| |rho|: enough to choose features by, never to
/// prove anything. `feature_sums` (d) is Phi^T 1, zero without a bias. Phi (m x d) in float32, targets (m x
/// (n + q)).
[[nodiscard]] ScreenedResiduals screened_residuals(const StoredMatrix& phi, const StoredMatrix& targets,
                                                   bool bias, std::span<const ScreenedRow> rows,
                                                   const Vector& feature_sums);

}  // namespace simplicit
