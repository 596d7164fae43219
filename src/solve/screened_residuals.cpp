#include "solve/screened_residuals.hpp"

#include <simplicit/base/error.hpp>
#include <simplicit/linalg/blas.hpp>

#include <cmath>

namespace simplicit {
namespace {

// The product is a multiple of this many columns wide: fewer run at the same cost.
constexpr Index column_step = 8;

using FloatMatrix = Eigen::MatrixXf;

// Column j of Phi, widened as it is read.
auto feature(const StoredMatrix& phi, int j) {
  return Eigen::Map<const Eigen::VectorXf>(phi.float32() + j * phi.leading_dimension, phi.rows)
      .cast<double>();
}

Vector residual(const StoredMatrix& phi, const Vector& z, const SparseRow& w) {
  Vector rho = z;
  for (std::size_t k = 0; k < w.columns.size(); ++k) rho -= w.values[k] * feature(phi, w.columns[k]);
  return rho;
}

}  // namespace

void ScreenedResiduals::sharpen(const StoredMatrix& phi, Index i, std::span<const int> columns) {
  for (const int j : columns) block.correlations(j, i) = feature(phi, j).dot(rho.col(i));
}

ScreenedResiduals screened_residuals(const StoredMatrix& phi, const StoredMatrix& targets, bool bias,
                                     std::span<const ScreenedRow> rows, const Vector& feature_sums) {
  SIMPLICIT_ASSERT(phi.precision == Precision::float32, "float64 samples are measured as they are");
  const auto count = static_cast<Index>(rows.size());
  const Index width = (count + column_step - 1) / column_step * column_step;
  const auto samples = static_cast<double>(phi.rows);
  FloatMatrix directions = FloatMatrix::Zero(phi.leading_dimension, width);  // rho / |rho|
  Vector norms = Vector::Zero(width);
  ScreenedResiduals screened;
  screened.rho.resize(phi.rows, count);
  BlockResiduals& block = screened.block;
  for (Index i = 0; i < count; ++i) {
    const ScreenedRow& row = rows[static_cast<std::size_t>(i)];
    Vector z(phi.rows);
    copy_block(targets, 0, row.target, phi.rows, 1, z.data(), phi.rows);
    const Vector rho = residual(phi, z, *row.weights);
    const double mean = bias ? rho.sum() / samples : 0;
    const double norm2 = rho.squaredNorm();
    block.mean.push_back(mean);
    block.mean_norm2.push_back(samples * mean * mean);
    block.centred_norm2.push_back(norm2 - samples * mean * mean);
    block.target_norm2.push_back(z.squaredNorm());
    block.target_dot.push_back(z.dot(rho) - mean * z.sum());
    screened.rho.col(i) = rho;
    norms[i] = std::sqrt(norm2);
    if (norms[i] > 0) directions.col(i).head(phi.rows) = (rho / norms[i]).cast<float>();
  }
  FloatMatrix products(phi.cols, width);
  blas::gemm(true, false, phi.cols, width, phi.rows, 1.0F, phi.float32(), phi.leading_dimension,
             directions.data(), directions.rows(), 0.0F, products.data(), phi.cols);
  block.correlations = products.leftCols(count).cast<double>() * norms.head(count).asDiagonal();
  for (Index i = 0; i < count; ++i) screened.sharpen(phi, i, *rows[static_cast<std::size_t>(i)].columns);
  block.feature_sums = feature_sums;
  return screened;
}

}  // namespace simplicit
