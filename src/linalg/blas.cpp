#include "linalg/small_kernels.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/linalg/blas.hpp>

#include <cblas.h>

#include <limits>

extern "C" {
void dpotrf_(const char* uplo, const int* n, double* a, const int* lda, int* info);
void openblas_set_num_threads(int threads) __attribute__((weak));
}

namespace simplicit::blas {
namespace {

int size(Index value) {
  SIMPLICIT_ASSERT(value >= 0 && value <= std::numeric_limits<int>::max(), std::to_string(value));
  return static_cast<int>(value);
}

CBLAS_TRANSPOSE op(bool transpose) {
  return transpose ? CblasTrans : CblasNoTrans;
}

void solve_triangular(CBLAS_TRANSPOSE transpose, Index n, const double* u, Index ldu, double* b) {
  cblas_dtrsv(CblasColMajor, CblasUpper, transpose, CblasNonUnit, size(n), u, size(ldu), b, 1);
}

// LAPACK's own factorisation, for what fits the caches near the processor.
constexpr Index small_factor = 32;

bool small_cholesky_upper(Index n, double* u, Index ldu) {
  const int order = size(n);
  const int ld = size(ldu);
  int info = 0;
  dpotrf_("U", &order, u, &ld, &info);
  return info == 0;
}

}  // namespace

void use_one_thread() {
  if (openblas_set_num_threads != nullptr) openblas_set_num_threads(1);
}

void gemm(bool transpose_a, bool transpose_b, Index m, Index n, Index k, double alpha, const double* a,
          Index lda, const double* b, Index ldb, double beta, double* c, Index ldc) {
  if (m == 0 || n == 0) return;
  cblas_dgemm(CblasColMajor, op(transpose_a), op(transpose_b), size(m), size(n), size(k), alpha, a, size(lda),
              b, size(ldb), beta, c, size(ldc));
}

void gemm(bool transpose_a, bool transpose_b, Index m, Index n, Index k, float alpha, const float* a,
          Index lda, const float* b, Index ldb, float beta, float* c, Index ldc) {
  if (m == 0 || n == 0) return;
  cblas_sgemm(CblasColMajor, op(transpose_a), op(transpose_b), size(m), size(n), size(k), alpha, a, size(lda),
              b, size(ldb), beta, c, size(ldc));
}

void syrk_upper(Index n, Index k, double alpha, const double* a, Index lda, double beta, double* c,
                Index ldc) {
  if (n == 0) return;
  cblas_dsyrk(CblasColMajor, CblasUpper, CblasTrans, size(n), size(k), alpha, a, size(lda), beta, c,
              size(ldc));
}

// By halves: U11 from the first, U12 = U11^-T A12, U22 from A22 - U12^T U12.
bool cholesky_upper(Index n, double* u, Index ldu) {
  if (n == 0) return true;
  if (n <= small_factor) return small_cholesky_upper(n, u, ldu);
  const Index half = (n / 2 + small_factor / 2) / small_factor * small_factor;
  const Index rest = n - half;
  double* u12 = u + half * ldu;
  if (!cholesky_upper(half, u, ldu)) return false;
  solve_upper_transposed(half, rest, u, ldu, u12, ldu);
  syrk_upper(rest, half, -1, u12, ldu, 1, u12 + half, ldu);
  return cholesky_upper(rest, u12 + half, ldu);
}

void solve_upper_transposed(Index n, Index k, const double* u, Index ldu, double* b, Index ldb) {
  if (n == 0 || k == 0) return;
  if (k == 1) return solve_triangular(CblasTrans, n, u, ldu, b);
  if (n <= substitution_rows) return substitute_upper_transposed(n, k, u, ldu, b, ldb);
  const Index half = (n / 2 + substitution_rows / 2) / substitution_rows * substitution_rows;
  const double* u12 = u + half * ldu;
  solve_upper_transposed(half, k, u, ldu, b, ldb);
  gemm(true, false, n - half, k, half, -1, u12, ldu, b, ldb, 1, b + half, ldb);
  solve_upper_transposed(n - half, k, u12 + half, ldu, b + half, ldb);
}

void solve_upper(Index n, Index k, const double* u, Index ldu, double* b, Index ldb) {
  if (n == 0 || k == 0) return;
  if (k == 1) return solve_triangular(CblasNoTrans, n, u, ldu, b);
  cblas_dtrsm(CblasColMajor, CblasLeft, CblasUpper, CblasNoTrans, CblasNonUnit, size(n), size(k), 1.0, u,
              size(ldu), b, size(ldb));
}

void gemv(bool transpose, Index rows, Index cols, double alpha, const double* a, Index lda, const double* x,
          double beta, double* y) {
  if (rows == 0 || cols == 0) return;
  cblas_dgemv(CblasColMajor, op(transpose), size(rows), size(cols), alpha, a, size(lda), x, 1, beta, y, 1);
}

void axpy(Index n, double alpha, const double* x, double* y) {
  cblas_daxpy(size(n), alpha, x, 1, y, 1);
}

double dot(Index n, const double* x, const double* y) {
  return cblas_ddot(size(n), x, 1, y, 1);
}

}  // namespace simplicit::blas
