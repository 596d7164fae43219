#include "robustness/product.hpp"

#include "robustness/vector_loops.hpp"
#include <simplicit/linalg/blas.hpp>

namespace simplicit {
namespace {

// Above this part of nonzeros BLAS is the faster way (measured with 784 inputs and 112 states).
constexpr double dense_above = 0.08;

}  // namespace

template <class Scalar>
Product<Scalar>::Csr::Csr(const SparseMatrix& M)
    : starts(M.outerIndexPtr(), M.outerIndexPtr() + M.rows() + 1),
      columns(M.innerIndexPtr(), M.innerIndexPtr() + M.nonZeros()) {
  values.reserve(static_cast<std::size_t>(M.nonZeros()));
  for (Index k = 0; k < M.nonZeros(); ++k) values.push_back(static_cast<Scalar>(M.valuePtr()[k]));
}

template <class Scalar>
Product<Scalar>::Product(const SparseMatrix& given) : rows_(given.rows()), cols_(given.cols()) {
  SparseMatrix M = given;
  M.makeCompressed();
  const double places = static_cast<double>(rows_) * static_cast<double>(cols_);
  dense_ = static_cast<double>(M.nonZeros()) > dense_above * places;
  if (dense_) {
    matrix_ = Matrix(M).cast<Scalar>();
  } else if (M.nonZeros() > 0) {
    by_rows_ = Csr(M);
    by_columns_ = Csr(SparseMatrix(M.transpose()));
  }
}

template <class Scalar>
void Product<Scalar>::add(const Scalar* V, Index ldv, Index k, Scalar* out, Index ldo) const {
  if (dense_) {
    blas::gemm(false, false, rows_, k, cols_, Scalar{1}, matrix_.data(), rows_, V, ldv, Scalar{1}, out, ldo);
  } else if (!by_rows_.values.empty()) {
    add_sparse_product(by_rows_.starts.data(), by_rows_.columns.data(), by_rows_.values.data(), rows_, cols_,
                       V, ldv, k, out, ldo);
  }
}

template <class Scalar>
void Product<Scalar>::add_transposed(const Scalar* V, Index ldv, Index k, Scalar* out, Index ldo) const {
  if (dense_) {
    blas::gemm(true, false, cols_, k, rows_, Scalar{1}, matrix_.data(), rows_, V, ldv, Scalar{1}, out, ldo);
  } else if (!by_columns_.values.empty()) {
    add_sparse_product(by_columns_.starts.data(), by_columns_.columns.data(), by_columns_.values.data(),
                       cols_, rows_, V, ldv, k, out, ldo);
  }
}

void add_product(bool transpose, const Columns<float>& M, const Columns<float>& V, Columns<float>& out) {
  if (M.size() == 0 || V.size() == 0) return;
  blas::gemm(transpose, false, out.rows(), V.cols(), V.rows(), 1.0F, M.data(), M.rows(), V.data(), V.rows(),
             1.0F, out.data(), out.rows());
}

template class Product<float>;
template class Product<double>;

}  // namespace simplicit
