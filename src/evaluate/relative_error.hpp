#pragma once

#include <simplicit/base/types.hpp>

namespace simplicit {

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
