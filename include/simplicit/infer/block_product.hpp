#pragma once

#include <simplicit/base/types.hpp>

namespace simplicit {

/// Sums over the entries of one CSR row, for many samples at a time.
///
/// V is (lanes x cols), the values of one column contiguous over the samples; returns the `row_lanes` sums
/// sum_j M(row, j) V(first .. first + row_lanes - 1, j), added in the order of the entries.
inline constexpr Index row_lanes = 16;
using RowLanes = Eigen::Array<double, row_lanes, 1>;
[[nodiscard]] inline RowLanes row_times(const SparseMatrix& M, Index row, const Matrix& V, Index first) {
  RowLanes sum = RowLanes::Zero();
  const double* lanes = V.data() + first;
  const Index leading_dimension = V.rows();
  const double* values = M.valuePtr();
  const int* columns = M.innerIndexPtr();
  const int end = M.outerIndexPtr()[row + 1];
  for (int k = M.outerIndexPtr()[row]; k < end; ++k) {
    sum += values[k] * Eigen::Map<const RowLanes>(lanes + columns[k] * leading_dimension);
  }
  return sum;
}

/// Products of one matrix with blocks of samples, sparse or dense, whichever its density favours.
class BlockProduct {
 public:
  /// M is (rows x cols), compressed.
  explicit BlockProduct(SparseMatrix M);
  /// V is (cols x k), k a multiple of row_lanes; the result is (k x rows), samples down the columns. Its bits
  /// depend on V and k alone.
  [[nodiscard]] Matrix times(const Matrix& V) const;
  [[nodiscard]] Index rows() const { return sparse_.rows(); }
  [[nodiscard]] Index cols() const { return sparse_.cols(); }
  [[nodiscard]] bool dense() const { return dense_.size() > 0; }

 private:
  SparseMatrix sparse_;
  Matrix dense_;  ///< (rows x cols), empty where the sparse product is used
};

/// Columns [first, first + width) of V, with zeros beyond its end.
[[nodiscard]] Matrix padded_block(const Matrix& V, Index first, Index width);

}  // namespace simplicit
