#pragma once

#include <simplicit/problem/gram.hpp>
#include <simplicit/run/stage_rows.hpp>
#include <simplicit/solve/block_settings.hpp>

#include <span>
#include <vector>

namespace simplicit {

/// One row whose support is looked for.
struct PricedRow {
  GramView gram;
  std::span<const double> r;  ///< (d) Phi^T z
  RowProblem problem;         ///< a column of weight 0 is always used and never priced
  Index own_state = -1;       ///< a state may not explain itself; -1 for a row of [C D]
  double importance = 1;      ///< what a unit of squared error in this row costs
};

/// Prices the features a row could use: what each is worth to
///
///     importance * 1/2 min over w on the support of |z - Phi w|^2     (under the ball).
///
/// First features enter whose gain c_j^2 / (2 s_j), s_j = G_jj - G_jS G_SS^-1 G_Sj, exceeds `entry_price`, at
/// most a `growth` of the support at a time. Then features leave one by one, the cheapest first, at the
/// price w_j^2 / (2 (G_SS^-1)_jj) (optimal brain surgeon: Hassibi and Stork, NIPS 1992), all other weights
/// following exactly. The prices are those at which the features left, made to rise
/// strictly along that order, so that keeping all dearer than a threshold keeps the nested support that was
/// found. Depends on the arguments alone.
[[nodiscard]] RowPrices support_prices(const PricedRow& row, const std::vector<int>& support,
                                       double entry_price, double growth);

}  // namespace simplicit
