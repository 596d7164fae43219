#include <simplicit/base/error.hpp>
#include <simplicit/linalg/stored_matrix.hpp>

namespace simplicit {
namespace {

template <class Stored>
void copy_columns(const Stored* matrix, Index leading_dimension, const double* shift, Index rows, Index cols,
                  double* out, Index out_leading_dimension) {
  for (Index col = 0; col < cols; ++col) {
    const Stored* const from = matrix + col * leading_dimension;
    double* const to = out + col * out_leading_dimension;
    if (shift != nullptr) {
      const double less = shift[col];
      for (Index row = 0; row < rows; ++row) to[row] = static_cast<double>(from[row]) - less;
      continue;
    }
    for (Index row = 0; row < rows; ++row) to[row] = static_cast<double>(from[row]);
  }
}

std::string block_text(Index first, Index count, Index all) {
  return std::to_string(first) + " + " + std::to_string(count) + " of " + std::to_string(all);
}

}  // namespace

void copy_block(const StoredMatrix& matrix, Index row, Index col, Index rows, Index cols, double* out,
                Index out_leading_dimension) {
  SIMPLICIT_ASSERT(row >= 0 && rows >= 0 && rows <= matrix.rows - row, block_text(row, rows, matrix.rows));
  SIMPLICIT_ASSERT(col >= 0 && cols >= 0 && cols <= matrix.cols - col, block_text(col, cols, matrix.cols));
  SIMPLICIT_ASSERT(out_leading_dimension >= rows, block_text(0, rows, out_leading_dimension));
  const Index offset = col * matrix.leading_dimension + row;
  const double* const shift = matrix.shift != nullptr ? matrix.shift + col : nullptr;
  if (matrix.precision == Precision::float32) {
    copy_columns(matrix.float32() + offset, matrix.leading_dimension, shift, rows, cols, out,
                 out_leading_dimension);
  } else {
    copy_columns(matrix.float64() + offset, matrix.leading_dimension, shift, rows, cols, out,
                 out_leading_dimension);
  }
}

}  // namespace simplicit
