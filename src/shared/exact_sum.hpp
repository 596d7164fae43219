#pragma once

#include <simplicit/base/types.hpp>
#include <simplicit/parallel/communicator.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace simplicit {

/// The sum of matrices over blocks of samples and over ranks in fixed point, where addition is exact: the
/// result is the same however the blocks are dealt out, and in whatever order they come. Entry (i, j) has a
/// unit of its own, a power of two of about row_bound_i column_bound_j 2^-61, so that at least as many digits
/// are kept as a sum in double precision has.
class ExactSum {
 public:
  /// The sum over all blocks of |entry (i, j)| is at most row_bound_i column_bound_j; bounds are finite.
  /// `upper`: only entries on and above the diagonal are added.
  ExactSum(std::span<const double> row_bounds, std::span<const double> column_bounds, bool upper);

  /// Adds a block (rows x columns) with this leading dimension.
  void add(const double* block, Index leading_dimension);
  /// The sum over all ranks (collective); an upper triangle is mirrored.
  [[nodiscard]] Matrix total(const Communicator& ranks);

 private:
  std::vector<double> row_units_, column_units_;  ///< of one over the unit, powers of two
  std::vector<std::int64_t> sums_;                ///< (rows x columns)
  bool upper_;
};

}  // namespace simplicit
