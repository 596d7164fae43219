#pragma once

#include <simplicit/base/types.hpp>

namespace simplicit {

/// A read-only column-major view of numbers kept in float32 or float64; arithmetic on it is in double. A
/// matrix with a shift stands for the stored numbers less the shift of their column.
struct StoredMatrix {
  const void* data = nullptr;  ///< first number, at a 64-byte boundary
  Precision precision = Precision::float64;
  Index rows = 0;
  Index cols = 0;
  Index leading_dimension = 0;    ///< numbers from one column to the next, >= rows
  const double* shift = nullptr;  ///< (cols) subtracted from each number of a column; null for nothing

  [[nodiscard]] double shift_of(Index col) const { return shift != nullptr ? shift[col] : 0; }
  /// Whether the stored numbers are doubles that arithmetic can take where they lie.
  [[nodiscard]] bool in_place() const { return precision == Precision::float64 && shift == nullptr; }
  /// The numbers as they are stored, without the shift.
  [[nodiscard]] const float* float32() const { return static_cast<const float*>(data); }
  [[nodiscard]] const double* float64() const { return static_cast<const double*>(data); }
};

/// Copies the block at (row, col) of shape (rows x cols) to column-major `out` in double precision, less the
/// shifts.
void copy_block(const StoredMatrix& matrix, Index row, Index col, Index rows, Index cols, double* out,
                Index out_leading_dimension);

}  // namespace simplicit
