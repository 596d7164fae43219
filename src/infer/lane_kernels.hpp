#pragma once

#include <cstddef>

// Loops over samples side by side, compiled once for each kind of processor. Included by sources that are
// compiled for processors beyond the portable ones: nothing here may define an inline function that others
// use too.

namespace simplicit {

/// Samples are computed in groups of this many, or of `narrow_width` where no more are there.
inline constexpr int wide_width = 32;
inline constexpr int narrow_width = 8;

/// A sparse matrix by rows.
struct CsrRows {
  std::ptrdiff_t rows;
  const int* begin;  ///< (rows + 1) first entry of every row, and their number
  const int* columns;
  const double* values;
};

/// A sweep of x_i = phi(sum_j M_ij x_j + s_i + a_i x_i) over all i, phi with one slope above and one below
/// zero.
struct SweepView {
  CsrRows others;          ///< M, without the a_i
  const double* if_above;  ///< (rows) slope above zero / (1 - that slope * a_i)
  const double* if_below;  ///< (rows) slope below zero / (1 - that slope * a_i)
  bool last_row_first;
};

/// Every array of lanes is (rows x width): `width` samples side by side for row 0, then for row 1, ..., at a
/// 64-byte boundary. Every sample's arithmetic is the same in all lanes, widths and variants: products and
/// sums in the order of the entries, rounded one by one.
struct LaneKernels {
  const char* name;

  /// out <- constant (rows) + M x. False where an entry of it is not a number within +- largest.
  bool (*product)(int width, const CsrRows& M, const double* constant, const double* x, double largest,
                  double* out);
  /// out <- out + M x
  void (*add_product)(int width, const CsrRows& M, const double* x, double* out);
  /// One sweep: x <- its newest values; `change` and `size` (width) <- max |newest - old| and max |newest|.
  void (*sweep)(int width, const SweepView& view, const double* s, double* x, double* change, double* size);
  /// worst (width) <- max over the rows of |phi(M x + s) - x|, phi(z) = slope_below * z up to zero and z
  /// above.
  void (*residual)(int width, const CsrRows& M, double slope_below, const double* s, const double* x,
                   double* worst);
  /// One sweep of v_i <- factor_i (sum_j M_ij v_j + s_i), factor (rows x width); change and size as above.
  void (*adjoint_sweep)(int width, const CsrRows& M, bool last_row_first, const double* factor,
                        const double* s, double* v, double* change, double* size);
  /// lanes (rows x width) <- `width` samples that start `stride` numbers apart, `rows` numbers each. Where
  /// `wanted` is given, its entry k tells whether rows 8 k to 8 k + 7 matter; the others may be left as they
  /// are.
  void (*read_float32)(int width, const float* samples, std::ptrdiff_t stride, std::ptrdiff_t rows,
                       const bool* wanted, double* lanes);
  void (*read_float64)(int width, const double* samples, std::ptrdiff_t stride, std::ptrdiff_t rows,
                       const bool* wanted, double* lanes);
  /// The other way.
  void (*write_float64)(int width, const double* lanes, std::ptrdiff_t rows, double* samples,
                        std::ptrdiff_t stride);
};

const LaneKernels& portable_lane_kernels();
/// Of x86-64 only; to be called on processors that have the instructions.
const LaneKernels& avx2_lane_kernels();
const LaneKernels& avx512_lane_kernels();

/// The fastest for this processor.
const LaneKernels& lane_kernels();

}  // namespace simplicit
