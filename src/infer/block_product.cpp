#include <simplicit/base/error.hpp>
#include <simplicit/infer/block_product.hpp>
#include <simplicit/linalg/blas.hpp>

#include <algorithm>
#include <utility>

namespace simplicit {
namespace {

// Above this part of nonzeros BLAS is the faster way (measured with 784 columns and blocks of 256 samples).
constexpr double dense_above = 0.2;

}  // namespace

BlockProduct::BlockProduct(SparseMatrix M) : sparse_(std::move(M)) {
  const double places = static_cast<double>(sparse_.rows()) * static_cast<double>(sparse_.cols());
  if (static_cast<double>(sparse_.nonZeros()) > dense_above * places) dense_ = sparse_;
}

Matrix BlockProduct::times(const Matrix& V) const {
  SIMPLICIT_ASSERT(V.rows() == sparse_.cols() && V.cols() % row_lanes == 0,
                   std::to_string(V.rows()) + " x " + std::to_string(V.cols()));
  Matrix product(V.cols(), sparse_.rows());
  if (dense()) {
    blas::gemm(true, true, V.cols(), rows(), cols(), 1, V.data(), V.rows(), dense_.data(), dense_.rows(), 0,
               product.data(), product.rows());
    return product;
  }
  const Matrix samples_first = V.transpose();
  for (Index first = 0; first < V.cols(); first += row_lanes) {
    for (Index row = 0; row < sparse_.rows(); ++row) {
      product.col(row).segment<row_lanes>(first) = row_times(sparse_, row, samples_first, first);
    }
  }
  return product;
}

Matrix padded_block(const Matrix& V, Index first, Index width) {
  const Index count = std::min(width, V.cols() - first);
  Matrix block = Matrix::Zero(V.rows(), width);
  block.leftCols(count) = V.middleCols(first, count);
  return block;
}

}  // namespace simplicit
