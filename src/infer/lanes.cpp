#include "infer/lanes.hpp"

#include <simplicit/base/error.hpp>

#include <algorithm>
#include <string>

namespace simplicit {
namespace {

std::string shape_text(Index rows, Index cols) {
  return std::to_string(rows) + " x " + std::to_string(cols);
}

// The first `count` samples, and zeros.
template <class Number>
void read_few(const Number* samples, Index stride, Index rows, Index count, int width, Number* lanes) {
  std::fill_n(lanes, rows * width, Number{0});
  for (Index sample = 0; sample < count; ++sample) {
    for (Index row = 0; row < rows; ++row) lanes[row * width + sample] = samples[sample * stride + row];
  }
}

}  // namespace

Lanes::Lanes(Index rows, int width) {
  shape(rows, width);
}

void Lanes::shape(Index rows, int width) {
  SIMPLICIT_ASSERT(rows >= 0 && (width == wide_width || width == narrow_width), shape_text(rows, width));
  rows_ = rows;
  width_ = width;
  numbers_.make_room(rows * width);
}

void Lanes::set_zero() {
  std::fill_n(data(), rows_ * width_, 0.0);
}

void Lanes::read(const Matrix& samples, Index first, Index count) {
  SIMPLICIT_ASSERT(
      samples.rows() == rows_ && count >= 0 && count <= width_ && first + count <= samples.cols(),
      shape_text(samples.rows(), samples.cols()));
  const double* const begin = samples.data() + first * rows_;
  if (count == width_) {
    lane_kernels().read_float64(width_, begin, rows_, rows_, nullptr, data());
  } else {
    read_few(begin, rows_, rows_, count, width_, data());
  }
}

void Lanes::write(Matrix& samples, Index first, Index count) const {
  SIMPLICIT_ASSERT(samples.rows() == rows_ && count <= width_ && first + count <= samples.cols(),
                   shape_text(samples.rows(), samples.cols()));
  if (count == width_) {
    lane_kernels().write_float64(width_, data(), rows_, samples.data() + first * rows_, rows_);
    return;
  }
  for (Index sample = 0; sample < count; ++sample) {
    for (Index i = 0; i < rows_; ++i) samples(i, first + sample) = row(i)[sample];
  }
}

void Lanes::copy_sample(const Lanes& other, int sample) {
  for (Index i = 0; i < rows_; ++i) row(i)[sample] = other.row(i)[sample];
}

void InputLanes::read(const StoredMatrix& U, Index first, Index count, const bool* wanted) {
  SIMPLICIT_ASSERT(count >= 0 && count <= wide_width && first + count <= U.cols, shape_text(U.rows, U.cols));
  width_ = width_for(count);
  float32_ = U.precision == Precision::float32;
  const Index stride = U.leading_dimension;
  const auto read_as = [&](const auto* samples, auto& lanes, auto kernel) {
    lanes.make_room(U.rows * width_);
    if (count == width_) {
      kernel(width_, samples + first * stride, stride, U.rows, wanted, lanes.data());
    } else {
      read_few(samples + first * stride, stride, U.rows, count, width_, lanes.data());
    }
  };
  if (float32_) {
    read_as(U.float32(), narrow_numbers_, lane_kernels().read_float32);
  } else {
    read_as(U.float64(), numbers_, lane_kernels().read_float64);
  }
}

bool InputLanes::product(const SparseMatrix& M, const Vector& constant, double largest, Lanes& out) const {
  SIMPLICIT_ASSERT(constant.size() == M.rows(), shape_text(constant.size(), 1));
  out.shape(M.rows(), width_);
  const LaneKernels& kernels = lane_kernels();
  return float32_
             ? kernels.product_of_float32(width_, rows_of(M), constant.data(), narrow_numbers_.data(),
                                          largest, out.data())
             : kernels.product(width_, rows_of(M), constant.data(), numbers_.data(), largest, out.data());
}

CsrRows rows_of(const SparseMatrix& M) {
  SIMPLICIT_ASSERT(M.isCompressed(), "rows with gaps");
  return {M.rows(), M.outerIndexPtr(), M.innerIndexPtr(), M.valuePtr()};
}

}  // namespace simplicit
