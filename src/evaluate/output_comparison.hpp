#pragma once

#include <simplicit/base/types.hpp>

#include <span>
#include <vector>

namespace simplicit {

/// The class each sample is given: the index of the largest output, the first among equals. Y is (q x k).
[[nodiscard]] std::vector<int> decisions(const Matrix& Y);

/// In how many places two lists of the same length agree.
[[nodiscard]] std::int64_t count_equal(std::span<const int> a, std::span<const int> b);

/// Squared Frobenius norms of a block of samples; the sums over blocks give |M - R|_F / |R|_F.
struct SquaredError {
  double difference = 0;  ///< |M - R|_F^2
  double reference = 0;   ///< |R|_F^2
  void add(const SquaredError& other);
  /// 0 where both are zero, infinite where only the reference is.
  [[nodiscard]] double relative() const;
};

/// Both are (rows x k).
[[nodiscard]] SquaredError squared_error(const Matrix& modelled, const Matrix& reference);

}  // namespace simplicit
