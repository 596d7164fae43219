#pragma once

#include <simplicit/base/types.hpp>

// The few BLAS and LAPACK operations used, on column-major doubles, with sizes checked against the library's
// integers. Every array is given by its first entry and its leading dimension (ld).

namespace simplicit::blas {

/// One BLAS thread in this process: ranks, not threads, use the cores.
void use_one_thread();

/// C (m x n) <- alpha op(A) op(B) + beta C with op(A) (m x k), op(B) (k x n).
void gemm(bool transpose_a, bool transpose_b, Index m, Index n, Index k, double alpha, const double* a,
          Index lda, const double* b, Index ldb, double beta, double* c, Index ldc);
/// The same in single precision.
void gemm(bool transpose_a, bool transpose_b, Index m, Index n, Index k, float alpha, const float* a,
          Index lda, const float* b, Index ldb, float beta, float* c, Index ldc);
/// Upper triangle of C (n x n) <- alpha A^T A + beta C with A (k x n).
void syrk_upper(Index n, Index k, double alpha, const double* a, Index lda, double beta, double* c,
                Index ldc);
/// U (n x n, upper triangle) <- the Cholesky factor of the symmetric matrix stored there, U^T U. False when
/// the matrix is not positive definite to working precision.
[[nodiscard]] bool cholesky_upper(Index n, double* u, Index ldu);
/// B (n x k) <- U^-T B.
void solve_upper_transposed(Index n, Index k, const double* u, Index ldu, double* b, Index ldb);
/// B (n x k) <- U^-1 B.
void solve_upper(Index n, Index k, const double* u, Index ldu, double* b, Index ldb);
/// y (n) <- alpha op(A) x + beta y with A (rows x cols).
void gemv(bool transpose, Index rows, Index cols, double alpha, const double* a, Index lda, const double* x,
          double beta, double* y);
/// y (n) <- y - sum_i factors[i] columns[i] over `count` columns of n entries each, which may stand anywhere.
void subtract_columns(Index n, Index count, const double* const* columns, const double* factors, double* y);
void subtract_columns(Index n, Index count, const float* const* columns, const double* factors, double* y);
void axpy(Index n, double alpha, const double* x, double* y);
[[nodiscard]] double dot(Index n, const double* x, const double* y);

}  // namespace simplicit::blas
