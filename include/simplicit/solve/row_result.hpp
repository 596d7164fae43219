#pragma once

#include <simplicit/base/types.hpp>

#include <string>
#include <vector>

namespace simplicit {

/// How a row problem ended.
enum class RowStatus : int {
  solved = 0,             ///< the certificate reached the tolerance
  tolerance_missed = 1,   ///< the best point found, its certificate says how good it is
  infeasible = 2,         ///< proven: no w in the ball matches the target to delta
  numerical_trouble = 3,  ///< a non-finite number came up; the weights are zero
  exact_to_rounding =
      4  ///< rounding the weights alone makes an objective as large as this one: nothing to gain
};
inline constexpr RowStatus last_row_status = RowStatus::exact_to_rounding;
[[nodiscard]] std::string name_of(RowStatus status);
/// Whether there is nothing left to gain on the row: solved or exact to rounding.
[[nodiscard]] constexpr bool reached_tolerance(RowStatus status) {
  return status == RowStatus::solved || status == RowStatus::exact_to_rounding;
}

/// One row of [A B] (row < n) or [C D] (n <= row < n + q), with the proof of how good it is.
struct RowResult {
  Index row = 0;
  std::vector<int> columns;    ///< of Phi, ascending; no explicit zeros
  std::vector<double> values;  ///< same length
  double primal = 0;
  double dual = 0;
  double relative_gap = 0;       ///< (primal - dual) / primal; 0 where primal is 0
  double relative_residual = 0;  ///< |z - Phi w| / |z|
  RowStatus status = RowStatus::solved;
  int iterations = 0;  ///< factorisations
  int rounds = 0;      ///< times the row's residual and correlations were measured on the data
  bool ball_active = false;
  double seconds = 0;
};

}  // namespace simplicit
