#include "baseline/gemm.hpp"

#include <simplicit/base/error.hpp>

#include <cblas.h>

#include <string>

namespace simplicit {
namespace {

/// A product's sizes as BLAS counts them: C is (m x n), the sum runs over k.
struct Sizes {
  int m, n, k, lda, ldb, ldc;
};

template <class Scalar>
Sizes sizes_of(Transposed a, Transposed b, const Dense<Scalar>& A, const Dense<Scalar>& B) {
  const Index m = a == Transposed::no ? A.rows() : A.cols();
  const Index k = a == Transposed::no ? A.cols() : A.rows();
  const Index n = b == Transposed::no ? B.cols() : B.rows();
  const Index inner = b == Transposed::no ? B.rows() : B.cols();
  SIMPLICIT_ASSERT(k == inner, std::to_string(k) + " != " + std::to_string(inner));
  const auto leading = [](Index rows) { return static_cast<int>(rows > 0 ? rows : 1); };
  return {static_cast<int>(m), static_cast<int>(n), static_cast<int>(k),
          leading(A.rows()),   leading(B.rows()),   leading(m)};
}

CBLAS_TRANSPOSE blas(Transposed transposed) {
  return transposed == Transposed::no ? CblasNoTrans : CblasTrans;
}

}  // namespace

void gemm(Transposed a, Transposed b, const Dense<double>& A, const Dense<double>& B, Dense<double>& C) {
  const Sizes s = sizes_of(a, b, A, B);
  C.resize(s.m, s.n);
  cblas_dgemm(CblasColMajor, blas(a), blas(b), s.m, s.n, s.k, 1.0, A.data(), s.lda, B.data(), s.ldb, 0.0,
              C.data(), s.ldc);
}

void gemm(Transposed a, Transposed b, const Dense<float>& A, const Dense<float>& B, Dense<float>& C) {
  const Sizes s = sizes_of(a, b, A, B);
  C.resize(s.m, s.n);
  cblas_sgemm(CblasColMajor, blas(a), blas(b), s.m, s.n, s.k, 1.0F, A.data(), s.lda, B.data(), s.ldb, 0.0F,
              C.data(), s.ldc);
}

}  // namespace simplicit
