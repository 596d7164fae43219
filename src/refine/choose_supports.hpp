#pragma once

#include <simplicit/run/stage_rows.hpp>
#include <simplicit/solve/refit_block.hpp>

#include <vector>

namespace simplicit {

/// The supports of all rows within a budget of weights.
struct SupportChoice {
  Supports supports;
  double price = 0;  ///< of the cheapest weight that stays
};

/// Keeps the `budget` weights of the highest prices over all rows together; ties go to the lower row, then
/// the lower column. `priced` holds the prices of all rows, sorted by row.
[[nodiscard]] SupportChoice choose_supports(const std::vector<RowPrices>& priced, Index budget);

/// Weights that are in one but not in the other.
[[nodiscard]] Index difference_between(const Supports& a, const Supports& b);

}  // namespace simplicit
