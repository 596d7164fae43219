#pragma once

#include <simplicit/solve/row_result.hpp>

#include <cstdint>
#include <vector>

namespace simplicit {

/// What the certificates of all rows come to.
struct RowsSummary {
  double objective_ab = 0;  ///< sum of P over the rows of [A B]
  double objective_cd = 0;  ///< sum of P over the rows of [C D]
  Index solved = 0;
  Index ball_active = 0;  ///< rows on the ball
  double max_relative_gap = 0;
  double mean_rounds = 0;
  double longest_row = 0;                 ///< seconds
  std::vector<std::int64_t> missed_rows;  ///< in the order given
};

/// Rows below `states` belong to [A B], the others to [C D].
[[nodiscard]] RowsSummary summary_of(const std::vector<RowResult>& rows, Index states);

}  // namespace simplicit
