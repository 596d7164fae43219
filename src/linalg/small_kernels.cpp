#include "linalg/small_kernels.hpp"

#include <simplicit/linalg/blas.hpp>

#include <algorithm>
#include <array>

// One copy of each loop for every width of vectors, chosen when the program starts.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define SIMPLICIT_VECTOR_LOOP __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define SIMPLICIT_VECTOR_LOOP
#endif

namespace simplicit::blas {
namespace {

constexpr Index side_by_side = 8;

// One row of eight columns of B.
using Line [[gnu::vector_size(side_by_side * sizeof(double))]] = double;
using Lines = std::array<Line, substitution_rows>;

// line i <- (line i - sum_(j < i) U_ji line j) / U_ii. Four lines in a pass, whose sums do not wait for one
// another.
SIMPLICIT_VECTOR_LOOP
void substitute_lines(Index n, const double* u, Index ldu, Line* lines) {
  Index i = 0;
  for (; i + 4 <= n; i += 4) {
    const double* u0 = u + i * ldu;
    const double* u1 = u0 + ldu;
    const double* u2 = u1 + ldu;
    const double* u3 = u2 + ldu;
    Line sum0{}, sum1{}, sum2{}, sum3{};
    for (Index j = 0; j < i; ++j) {
      const Line line = lines[j];
      sum0 += u0[j] * line;
      sum1 += u1[j] * line;
      sum2 += u2[j] * line;
      sum3 += u3[j] * line;
    }
    const Line line0 = (lines[i] - sum0) / u0[i];
    const Line line1 = (lines[i + 1] - sum1 - u1[i] * line0) / u1[i + 1];
    const Line line2 = (lines[i + 2] - sum2 - u2[i] * line0 - u2[i + 1] * line1) / u2[i + 2];
    lines[i] = line0;
    lines[i + 1] = line1;
    lines[i + 2] = line2;
    lines[i + 3] = (lines[i + 3] - sum3 - u3[i] * line0 - u3[i + 1] * line1 - u3[i + 2] * line2) / u3[i + 3];
  }
  for (; i < n; ++i) {
    const double* column = u + i * ldu;
    Line sum{};
    for (Index j = 0; j < i; ++j) sum += column[j] * lines[j];
    lines[i] = (lines[i] - sum) / column[i];
  }
}

// Eight columns in a pass, so that y is read and written once for all of them. One product after the other is
// taken from y, in the same order for every entry; what the compiler fuses depends on n alone.
template <class Stored>
[[gnu::always_inline]] inline void subtract_eight_of(Index n, const Stored* const* columns,
                                                     const double* factors, double* __restrict y) {
  const Stored *c0 = columns[0], *c1 = columns[1], *c2 = columns[2], *c3 = columns[3];
  const Stored *c4 = columns[4], *c5 = columns[5], *c6 = columns[6], *c7 = columns[7];
  for (Index i = 0; i < n; ++i) {
    double left = y[i];
    left -= factors[0] * static_cast<double>(c0[i]);
    left -= factors[1] * static_cast<double>(c1[i]);
    left -= factors[2] * static_cast<double>(c2[i]);
    left -= factors[3] * static_cast<double>(c3[i]);
    left -= factors[4] * static_cast<double>(c4[i]);
    left -= factors[5] * static_cast<double>(c5[i]);
    left -= factors[6] * static_cast<double>(c6[i]);
    left -= factors[7] * static_cast<double>(c7[i]);
    y[i] = left;
  }
}
SIMPLICIT_VECTOR_LOOP
void subtract_eight(Index n, const double* const* columns, const double* factors, double* __restrict y) {
  subtract_eight_of(n, columns, factors, y);
}
SIMPLICIT_VECTOR_LOOP
void subtract_eight(Index n, const float* const* columns, const double* factors, double* __restrict y) {
  subtract_eight_of(n, columns, factors, y);
}

template <class Stored>
void subtract_all(Index n, Index count, const Stored* const* columns, const double* factors, double* y) {
  Index done = 0;
  for (; done + 8 <= count; done += 8) subtract_eight(n, columns + done, factors + done, y);
  if (done == count) return;
  // The last ones, filled up with columns that count nothing.
  std::array<const Stored*, 8> rest;
  std::array<double, 8> rest_factors{};
  for (Index k = 0; k < 8; ++k) {
    const bool there = done + k < count;
    rest[static_cast<std::size_t>(k)] = columns[there ? done + k : done];
    if (there) rest_factors[static_cast<std::size_t>(k)] = factors[done + k];
  }
  subtract_eight(n, rest.data(), rest_factors.data(), y);
}

}  // namespace

void substitute_upper_transposed(Index n, Index k, const double* u, Index ldu, double* b, Index ldb) {
  Lines lines;
  for (Index first = 0; first < k; first += side_by_side) {
    const Index columns = std::min(side_by_side, k - first);
    if (columns < side_by_side) lines.fill(Line{});
    for (Index c = 0; c < columns; ++c) {
      const double* from = b + (first + c) * ldb;
      for (Index i = 0; i < n; ++i) lines[static_cast<std::size_t>(i)][c] = from[i];
    }
    substitute_lines(n, u, ldu, lines.data());
    for (Index c = 0; c < columns; ++c) {
      double* to = b + (first + c) * ldb;
      for (Index i = 0; i < n; ++i) to[i] = lines[static_cast<std::size_t>(i)][c];
    }
  }
}

void subtract_columns(Index n, Index count, const double* const* columns, const double* factors, double* y) {
  subtract_all(n, count, columns, factors, y);
}

void subtract_columns(Index n, Index count, const float* const* columns, const double* factors, double* y) {
  subtract_all(n, count, columns, factors, y);
}

}  // namespace simplicit::blas
