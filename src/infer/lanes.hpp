#pragma once

#include "infer/lane_kernels.hpp"
#include <simplicit/base/types.hpp>
#include <simplicit/linalg/stored_matrix.hpp>

#include <memory>
#include <new>

namespace simplicit {

/// Numbers at a 64-byte boundary, in memory that only grows.
template <class Number>
class AlignedNumbers {
 public:
  void make_room(Index count) {
    if (count <= room_) return;
    room_ = count;
    numbers_.reset(static_cast<Number*>(
        ::operator new (static_cast<std::size_t>(count) * sizeof(Number), std::align_val_t{boundary})));
  }
  [[nodiscard]] Number* data() { return numbers_.get(); }
  [[nodiscard]] const Number* data() const { return numbers_.get(); }

 private:
  static constexpr std::size_t boundary = 64;
  struct Free {
    void operator()(Number* numbers) const { ::operator delete (numbers, std::align_val_t{boundary}); }
  };
  Index room_ = 0;
  std::unique_ptr<Number[], Free> numbers_;
};

/// Numbers of a group of samples side by side: (rows x width), `width` samples for row 0, then for row 1, ...
class Lanes {
 public:
  Lanes() = default;
  Lanes(Index rows, int width);

  [[nodiscard]] Index rows() const { return rows_; }
  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] double* data() { return numbers_.data(); }
  [[nodiscard]] const double* data() const { return numbers_.data(); }
  [[nodiscard]] double* row(Index i) { return data() + i * width_; }
  [[nodiscard]] const double* row(Index i) const { return data() + i * width_; }

  /// Gives it this shape; the numbers are whatever they were. Memory is kept for the next time.
  void shape(Index rows, int width);
  void set_zero();
  /// This <- columns [first, first + count) of `samples` (rows x any number), zeros beyond; count <= width.
  /// Where `wanted` is given (one for every 8 rows), rows that nobody wants may be left as they are.
  void read(const StoredMatrix& samples, Index first, Index count, const bool* wanted = nullptr);
  void read(const Matrix& samples, Index first, Index count);
  /// Columns [first, first + count) of `samples` (rows x any number) <- this.
  void write(Matrix& samples, Index first, Index count) const;
  /// Copies one sample of another group of the same shape.
  void copy_sample(const Lanes& other, int sample);

 private:
  Index rows_ = 0;
  int width_ = 0;
  AlignedNumbers<double> numbers_;
};

/// The width for this many samples.
[[nodiscard]] constexpr int width_for(Index samples) {
  return samples <= narrow_width ? narrow_width : wide_width;
}

/// A compressed matrix as the kernels see it; lives as long as the matrix.
[[nodiscard]] CsrRows rows_of(const SparseMatrix& M);

}  // namespace simplicit
