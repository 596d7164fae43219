#pragma once

#include <simplicit/certify/block_residuals.hpp>

#include <span>
#include <vector>

namespace simplicit {

/// One row whose residual is wanted.
struct ScreenedRow {
  Index target = 0;                           ///< column of the targets
  const SparseRow* weights = nullptr;         ///< w, of the features as stored
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
/// the stored numbers. These are good to about 1e-6 |phi_j| |rho|: enough to choose features by, never to
/// prove anything. Only for samples in float32.
[[nodiscard]] ScreenedResiduals screened_residuals(const RowSamples& samples,
                                                   std::span<const ScreenedRow> rows);

}  // namespace simplicit
