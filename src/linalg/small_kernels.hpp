#pragma once

#include <simplicit/base/types.hpp>

// Substitution with a small triangle, which BLAS libraries do slowly. Arrays are column-major, given by their
// first entry and leading dimension.

namespace simplicit::blas {

/// The most rows `substitute_upper_transposed` takes.
inline constexpr Index substitution_rows = 64;

/// B (n x k) <- U^-T B by forward substitution, eight columns of B side by side; n <= substitution_rows.
void substitute_upper_transposed(Index n, Index k, const double* u, Index ldu, double* b, Index ldb);

}  // namespace simplicit::blas
