#include "solve/screened_residuals.hpp"

#include <simplicit/base/error.hpp>
#include <simplicit/linalg/blas.hpp>

#include <cmath>

namespace simplicit {
namespace {

// The product is a multiple of this many columns wide: fewer run at the same cost.
constexpr Index column_step = 8;

using FloatMatrix = Eigen::MatrixXf;

// Column j of Phi, widened and shifted as it is read.
auto feature(const StoredMatrix& phi, int j) {
  return (Eigen::Map<const Eigen::ArrayXf>(phi.float32() + j * phi.leading_dimension, phi.rows)
              .cast<double>() -
          phi.shift_of(j))
      .matrix();
}

Vector residual(const RowSamples& samples, Index target, const SparseRow& w) {
  const StoredMatrix& phi = samples.phi();
  Vector rho(phi.rows);
  copy_block(samples.targets(), 0, target, phi.rows, 1, rho.data(), phi.rows);
  const SparseRow shifted = samples.shifted(target, w);
  for (std::size_t k = 0; k < shifted.columns.size(); ++k) {
    rho -= shifted.values[k] * feature(phi, shifted.columns[k]);
  }
  return rho;
}

}  // namespace

void ScreenedResiduals::sharpen(const StoredMatrix& phi, Index i, std::span<const int> columns) {
  for (const int j : columns) block.correlations(j, i) = feature(phi, j).dot(rho.col(i));
}

ScreenedResiduals screened_residuals(const RowSamples& samples, std::span<const ScreenedRow> rows) {
  const StoredMatrix& phi = samples.phi();
  SIMPLICIT_ASSERT(phi.precision == Precision::float32, "float64 samples are measured as they are");
  const auto count = static_cast<Index>(rows.size());
  const Index width = (count + column_step - 1) / column_step * column_step;
  const auto m = static_cast<double>(phi.rows);
  FloatMatrix directions = FloatMatrix::Zero(phi.leading_dimension, width);  // rho_c / |rho_c|
  Vector norms = Vector::Zero(width);
  Vector means = Vector::Zero(width);
  ScreenedResiduals screened;
  screened.rho.resize(phi.rows, count);
  BlockResiduals& block = screened.block;
  for (Index i = 0; i < count; ++i) {
    const ScreenedRow& row = rows[static_cast<std::size_t>(i)];
    const Vector rho = residual(samples, row.target, *row.weights);
    means[i] = samples.bias() ? rho.sum() / m : 0;
    const Vector centred = (rho.array() - means[i]).matrix();
    const double norm2 = centred.squaredNorm();
    Vector z(phi.rows);
    copy_block(samples.targets(), 0, row.target, phi.rows, 1, z.data(), phi.rows);
    block.mean.push_back(means[i]);
    block.mean_norm2.push_back(m * means[i] * means[i]);
    block.centred_norm2.push_back(norm2);
    block.target_dot.push_back(z.dot(centred));
    screened.rho.col(i) = rho;
    norms[i] = std::sqrt(norm2);
    if (norms[i] > 0) directions.col(i).head(phi.rows) = (centred / norms[i]).cast<float>();
  }
  FloatMatrix products(phi.cols, width);
  blas::gemm(true, false, phi.cols, width, phi.rows, 1.0F, phi.float32(), phi.leading_dimension,
             directions.data(), directions.rows(), 0.0F, products.data(), phi.cols);
  // Of the centred residuals shifted and stored features have the same correlations.
  block.correlations = products.leftCols(count).cast<double>() * norms.head(count).asDiagonal();
  block.feature_sums = samples.feature_sums();
  block.feature_norms = samples.feature_norms();
  if (samples.bias()) {
    const Eigen::Map<const Vector> sums(block.feature_sums.data(), phi.cols);
    block.correlations += sums * means.head(count).transpose();
  }
  for (Index i = 0; i < count; ++i) screened.sharpen(phi, i, *rows[static_cast<std::size_t>(i)].columns);
  block.without_rounding();
  return screened;
}

}  // namespace simplicit
