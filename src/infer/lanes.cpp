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
void read_few(const Number* samples, Index stride, Index rows, Index count, int width, double* lanes) {
  std::fill_n(lanes, rows * width, 0.0);
  for (Index sample = 0; sample < count; ++sample) {
    for (Index row = 0; row < rows; ++row) {
      lanes[row * width + sample] = static_cast<double>(samples[sample * stride + row]);
    }
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

void Lanes::read(const StoredMatrix& samples, Index first, Index count, const bool* wanted) {
  SIMPLICIT_ASSERT(samples.rows == rows_ && count >= 0 && count <= width_ && first + count <= samples.cols,
                   shape_text(samples.rows, samples.cols));
  const Index stride = samples.leading_dimension;
  const auto read_as = [&](const auto* begin, auto kernel) {
    if (count == width_) {
      kernel(width_, begin + first * stride, stride, rows_, wanted, data());
    } else {
      read_few(begin + first * stride, stride, rows_, count, width_, data());
    }
  };
  if (samples.precision == Precision::float32) {
    read_as(samples.float32(), lane_kernels().read_float32);
  } else {
    read_as(samples.float64(), lane_kernels().read_float64);
  }
}

void Lanes::read(const Matrix& samples, Index first, Index count) {
  read(StoredMatrix{samples.data(), Precision::float64, samples.rows(), samples.cols(), samples.rows()},
       first, count);
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

CsrRows rows_of(const SparseMatrix& M) {
  SIMPLICIT_ASSERT(M.isCompressed(), "rows with gaps");
  return {M.rows(), M.outerIndexPtr(), M.innerIndexPtr(), M.valuePtr()};
}

}  // namespace simplicit
