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

void solve_triangular(CBLAS_TRANSPOSE transpose, Index n, Index k, const double* u, Index ldu, double* b,
                      Index ldb) {
  if (n == 0 || k == 0) return;
  if (k == 1) {
    cblas_dtrsv(CblasColMajor, CblasUpper, transpose, CblasNonUnit, size(n), u, size(ldu), b, 1);
  } else {
    cblas_dtrsm(CblasColMajor, CblasLeft, CblasUpper, transpose, CblasNonUnit, size(n), size(k), 1.0, u,
                size(ldu), b, size(ldb));
  }
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

bool cholesky_upper(Index n, double* u, Index ldu) {
  if (n == 0) return true;
  const int order = size(n);
  const int ld = size(ldu);
  int info = 0;
  dpotrf_("U", &order, u, &ld, &info);
  return info == 0;
}

void solve_upper_transposed(Index n, Index k, const double* u, Index ldu, double* b, Index ldb) {
  solve_triangular(CblasTrans, n, k, u, ldu, b, ldb);
}

void solve_upper(Index n, Index k, const double* u, Index ldu, double* b, Index ldb) {
  solve_triangular(CblasNoTrans, n, k, u, ldu, b, ldb);
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
