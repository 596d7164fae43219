#include <simplicit/base/error.hpp>
#include <simplicit/certify/block_residuals.hpp>
#include <simplicit/linalg/blas.hpp>

#include <algorithm>

namespace simplicit {
namespace {

constexpr Index samples_at_a_time = 384;
// The products are a multiple of this many columns wide: fewer run at the same cost.
constexpr Index column_step = 8;

Matrix dense_weights(Index features, std::span<const SparseRow> rows, Index width) {
  Matrix weights = Matrix::Zero(features, width);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t k = 0; k < rows[i].columns.size(); ++k) {
      weights(rows[i].columns[k], static_cast<Index>(i)) = rows[i].values[k];
    }
  }
  return weights;
}

// A dense product with mostly zero weights wastes its arithmetic; below this share of nonzeros columns of Phi
// are added one by one.
constexpr double dense_enough = 0.15;

bool mostly_zero(std::span<const SparseRow> rows, Index features) {
  std::size_t nonzeros = 0;
  for (const SparseRow& row : rows) nonzeros += row.columns.size();
  return static_cast<double>(nonzeros) <
         dense_enough * static_cast<double>(rows.size()) * static_cast<double>(features);
}

// rho <- rho - panel w, row by row of the block. panel (samples x d), rho (samples x width).
void subtract_sparse(std::span<const SparseRow> rows, Index samples, const double* panel, Index panel_ld,
                     Matrix& rho) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    double* residual = rho.col(static_cast<Index>(i)).data();
    for (std::size_t k = 0; k < rows[i].columns.size(); ++k) {
      blas::axpy(samples, -rows[i].values[k], panel + rows[i].columns[k] * panel_ld, residual);
    }
  }
}

}  // namespace

BlockResiduals block_residuals(const StoredMatrix& phi, const StoredMatrix& targets, bool bias,
                               std::span<const Index> target_columns, std::span<const SparseRow> rows) {
  const auto count = static_cast<Index>(rows.size());
  SIMPLICIT_ASSERT(target_columns.size() == rows.size(), std::to_string(count));
  const Index width = (count + column_step - 1) / column_step * column_step;
  const bool sparse = mostly_zero(rows, phi.cols);
  const Matrix weights = sparse ? Matrix() : dense_weights(phi.cols, rows, width);
  const bool widen = phi.precision == Precision::float32;
  Matrix widened(widen ? samples_at_a_time : 0, phi.cols);
  Matrix rho(samples_at_a_time, width);
  Matrix correlations = Matrix::Zero(phi.cols, width);
  Vector feature_sums = Vector::Zero(phi.cols);
  const Vector ones = Vector::Ones(samples_at_a_time);
  Vector norm2 = Vector::Zero(width);
  Vector sum = Vector::Zero(width);
  Vector target_norm2 = Vector::Zero(width);
  Vector target_sum = Vector::Zero(width);
  Vector target_dot = Vector::Zero(width);
  for (Index first = 0; first < phi.rows; first += samples_at_a_time) {
    const Index samples = std::min(samples_at_a_time, phi.rows - first);
    if (widen) copy_block(phi, first, 0, samples, phi.cols, widened.data(), samples_at_a_time);
    const double* panel = widen ? widened.data() : phi.float64() + first;
    const Index panel_ld = widen ? samples_at_a_time : phi.leading_dimension;
    rho.setZero();
    for (Index i = 0; i < count; ++i) {
      copy_block(targets, first, target_columns[static_cast<std::size_t>(i)], samples, 1, rho.col(i).data(),
                 samples_at_a_time);
      target_norm2[i] += rho.col(i).head(samples).squaredNorm();
      target_sum[i] += rho.col(i).head(samples).sum();
    }
    const Matrix z = rho.topRows(samples);
    if (sparse) {
      subtract_sparse(rows, samples, panel, panel_ld, rho);
    } else {
      blas::gemm(false, false, samples, width, phi.cols, -1, panel, panel_ld, weights.data(), phi.cols, 1,
                 rho.data(), samples_at_a_time);
    }
    blas::gemm(true, false, phi.cols, width, samples, 1, panel, panel_ld, rho.data(), samples_at_a_time, 1,
               correlations.data(), phi.cols);
    for (Index i = 0; i < count; ++i) {
      norm2[i] += rho.col(i).head(samples).squaredNorm();
      sum[i] += rho.col(i).head(samples).sum();
      target_dot[i] += z.col(i).dot(rho.col(i).head(samples));
    }
    if (bias) blas::gemv(true, samples, phi.cols, 1, panel, panel_ld, ones.data(), 1, feature_sums.data());
  }

  BlockResiduals block;
  const auto samples = static_cast<double>(phi.rows);
  for (Index i = 0; i < width; ++i) {
    const double mean = bias ? sum[i] / samples : 0;
    block.mean.push_back(mean);
    block.mean_norm2.push_back(samples * mean * mean);
    block.centred_norm2.push_back(norm2[i] - samples * mean * mean);
    block.target_norm2.push_back(target_norm2[i]);
    block.target_dot.push_back(target_dot[i] - mean * target_sum[i]);
  }
  block.correlations = std::move(correlations);
  block.feature_sums = std::move(feature_sums);
  return block;
}

}  // namespace simplicit
