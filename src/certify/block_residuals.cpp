#include <simplicit/base/error.hpp>
#include <simplicit/certify/block_residuals.hpp>
#include <simplicit/linalg/blas.hpp>
#include <simplicit/linalg/panel.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

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

// rho <- rho - phi w, row by row of the block. phi (samples x d) with its columns `leading_dimension` apart,
// rho (samples x width).
template <class Stored>
void subtract_sparse(std::span<const SparseRow> rows, Index samples, const Stored* phi,
                     Index leading_dimension, Matrix& rho) {
  std::vector<const Stored*> columns;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    columns.clear();
    for (const int column : rows[i].columns) columns.push_back(phi + column * leading_dimension);
    blas::subtract_columns(samples, std::ssize(columns), columns.data(), rows[i].values.data(),
                           rho.col(static_cast<Index>(i)).data());
  }
}

// Features that are widened to double precision at a time, few enough to stay in a core's own cache until
// they are multiplied.
constexpr Index features_at_a_time = 256;

/// Some consecutive samples of Phi, as one block of rows after the other is multiplied with them.
class Slab {
 public:
  Slab(const StoredMatrix& phi, Index samples)
      : phi_(phi),
        widens_(phi.precision == Precision::float32 && phi.shift == nullptr),
        panel_(phi, widens_ ? 0 : samples),
        part_(widens_ ? samples : 0, features_at_a_time) {}

  void move_to(Index first, Index samples) {
    first_ = first;
    samples_ = samples;
    if (!widens_) panel_.load_all(first, samples);
  }

  /// rho <- rho - Phi w with mostly zero weights
  void subtract(std::span<const SparseRow> rows, Matrix& rho) const {
    if (widens_) {
      subtract_sparse(rows, samples_, phi_.float32() + first_, phi_.leading_dimension, rho);
    } else {
      subtract_sparse(rows, samples_, panel_.column(0), panel_.leading_dimension(), rho);
    }
  }
  /// rho <- rho - Phi W with W (d x width)
  void subtract(const Matrix& W, Matrix& rho) {
    for_each_part([&](Index col, Index cols, const double* part, Index ld) {
      blas::gemm(false, false, samples_, W.cols(), cols, -1, part, ld, W.data() + col, W.rows(), 1,
                 rho.data(), rho.rows());
    });
  }
  /// C <- C + Phi^T rho with C (d x width)
  void add_correlations(const Matrix& rho, Matrix& C) {
    for_each_part([&](Index col, Index cols, const double* part, Index ld) {
      blas::gemm(true, false, cols, C.cols(), samples_, 1, part, ld, rho.data(), rho.rows(), 1,
                 C.data() + col, C.rows());
    });
  }

 private:
  /// visit(first column, columns, their numbers in double precision, leading dimension)
  template <class Visit>
  void for_each_part(const Visit& visit) {
    for (Index col = 0; col < phi_.cols; col += features_at_a_time) {
      const Index cols = std::min(features_at_a_time, phi_.cols - col);
      if (widens_) {
        copy_block(phi_, first_, col, samples_, cols, part_.data(), part_.rows());
        visit(col, cols, part_.data(), part_.rows());
      } else {
        visit(col, cols, panel_.column(col), panel_.leading_dimension());
      }
    }
  }

  StoredMatrix phi_;
  bool widens_;  ///< single precision as it is stored, widened part by part
  Panel panel_;  ///< all features, where it does not
  Matrix part_;
  Index first_ = 0;
  Index samples_ = 0;
};

std::vector<SparseRow> shifted_rows(const RowSamples& samples, std::span<const Index> targets,
                                    std::span<const SparseRow> rows) {
  std::vector<SparseRow> shifted;
  for (std::size_t i = 0; i < rows.size(); ++i) shifted.push_back(samples.shifted(targets[i], rows[i]));
  return shifted;
}

// Sums over the samples, by row of the block.
struct Sums {
  Sums(Index features, Index width)
      : correlations(Matrix::Zero(features, width)),
        norm2(Vector::Zero(width)),
        rho(Vector::Zero(width)),
        target(Vector::Zero(width)),
        target_dot(Vector::Zero(width)) {}
  Matrix correlations;  // Phi^T rho
  Vector norm2;         // |rho|^2
  Vector rho;           // 1^T rho
  Vector target;        // 1^T z
  Vector target_dot;    // z^T rho
};

// Products and sums of double precision lose about this part of the sizes that go into them.
constexpr double lost_part = 4 * std::numeric_limits<double>::epsilon();

// sum_j |w_j| |phi_j| of the shifted features, which bounds every sum that rho comes from.
double size_of(const RowSamples& samples, const SparseRow& shifted) {
  double size = 0;
  for (std::size_t k = 0; k < shifted.columns.size(); ++k) {
    size +=
        std::abs(shifted.values[k]) * samples.feature_norms()[static_cast<std::size_t>(shifted.columns[k])];
  }
  return size;
}

// How far rho moves when the weights, of the constant apart, are rounded to double precision.
double resolution_of(const RowSamples& samples, const SparseRow& shifted) {
  const Index constant = samples.bias() ? samples.phi().cols - 1 : samples.phi().cols;
  double size = 0;
  for (std::size_t k = 0; k < shifted.columns.size() && shifted.columns[k] < constant; ++k) {
    size += std::abs(shifted.values[k]) * std::sqrt(samples.centred_feature_norm2(shifted.columns[k]));
  }
  return std::numeric_limits<double>::epsilon() * size;
}

BlockResiduals residuals_of(const RowSamples& samples, std::span<const Index> targets,
                            std::span<const SparseRow> shifted, Sums sums) {
  BlockResiduals block;
  const auto count = static_cast<double>(samples.phi().rows);
  for (std::size_t k = 0; k < shifted.size(); ++k) {
    const auto i = static_cast<Index>(k);
    const double mean = samples.bias() ? sums.rho[i] / count : 0;
    block.mean.push_back(mean);
    block.mean_norm2.push_back(count * mean * mean);
    block.centred_norm2.push_back(std::max(0.0, sums.norm2[i] - count * mean * mean));
    block.target_dot.push_back(sums.target_dot[i] - mean * sums.target[i]);
    block.rounding.push_back(lost_part * size_of(samples, shifted[k]));
    block.resolution.push_back(resolution_of(samples, shifted[k]));
    block.correlation_rounding.push_back(lost_part * std::sqrt(sums.norm2[i]));
    block.target_dot_rounding.push_back(lost_part * samples.shifted_target_norm(targets[k]) *
                                        std::sqrt(sums.norm2[i]));
  }
  block.correlations = std::move(sums.correlations);
  block.feature_sums = samples.feature_sums();
  block.feature_norms = samples.feature_norms();
  return block;
}

}  // namespace

BlockResiduals block_residuals(const RowSamples& samples, std::span<const Index> targets,
                               std::span<const SparseRow> rows) {
  const auto count = static_cast<Index>(rows.size());
  SIMPLICIT_ASSERT(targets.size() == rows.size(), std::to_string(count));
  const StoredMatrix& phi = samples.phi();
  const Index width = (count + column_step - 1) / column_step * column_step;
  const std::vector<SparseRow> shifted = shifted_rows(samples, targets, rows);
  const bool sparse = mostly_zero(shifted, phi.cols);
  const Matrix weights = sparse ? Matrix() : dense_weights(phi.cols, shifted, width);
  Slab slab(phi, samples_at_a_time);
  Matrix rho(samples_at_a_time, width);
  Sums sums(phi.cols, width);
  for (Index first = 0; first < phi.rows; first += samples_at_a_time) {
    const Index here = std::min(samples_at_a_time, phi.rows - first);
    slab.move_to(first, here);
    rho.setZero();
    for (Index i = 0; i < count; ++i) {
      copy_block(samples.targets(), first, targets[static_cast<std::size_t>(i)], here, 1, rho.col(i).data(),
                 samples_at_a_time);
      sums.target[i] += rho.col(i).head(here).sum();
    }
    const Matrix z = rho.topRows(here);
    if (sparse) {
      slab.subtract(shifted, rho);
    } else {
      slab.subtract(weights, rho);
    }
    slab.add_correlations(rho, sums.correlations);
    for (Index i = 0; i < count; ++i) {
      sums.norm2[i] += rho.col(i).head(here).squaredNorm();
      sums.rho[i] += rho.col(i).head(here).sum();
      sums.target_dot[i] += z.col(i).dot(rho.col(i).head(here));
    }
  }
  return residuals_of(samples, targets, shifted, std::move(sums));
}

}  // namespace simplicit
