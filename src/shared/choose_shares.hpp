#pragma once

#include <simplicit/base/types.hpp>

#include <vector>

namespace simplicit {

/// Of the prices of all weights of all layers, each (features x channels), the `kept` with the highest prices
/// stay: how many of each layer. Ties go to the earlier layer, channel and feature.
[[nodiscard]] std::vector<Index> layer_shares(const std::vector<Matrix>& prices, Index kept);

/// The `kept` features of a layer with the highest prices, channel by channel, ascending. Ties as above;
/// price 0 never stays.
[[nodiscard]] std::vector<std::vector<int>> highest_priced(const Matrix& prices, Index kept);

/// Prices of a layer, scaled so that what leaves between two of the numbers `kept` (descending, from all
/// weights to none) costs together what `losses` says, one for each: the order within a layer stays, and a
/// weight that leaves later costs no less on average.
[[nodiscard]] Matrix priced_by_losses(const Matrix& prices, const std::vector<Index>& kept,
                                      const std::vector<double>& losses);

/// The weighted geometric mean of two prices of each weight: the first for 0, the second for 1.
[[nodiscard]] Matrix between_prices(const Matrix& first, const Matrix& second, double weight_of_second);

/// At most `count` of every `of` consecutive taps.
struct TapPattern {
  Index count = 0;
  Index of = 0;
};
/// The prices with 0 for all but the `count` with the highest prices of each `of` consecutive taps of an
/// operator; `taps` are those of the layer's operators side by side, and what follows them, the constant,
/// stays. Ties go to the first tap.
[[nodiscard]] Matrix with_pattern(const Matrix& prices, const std::vector<Index>& taps,
                                  const TapPattern& pattern);

}  // namespace simplicit
