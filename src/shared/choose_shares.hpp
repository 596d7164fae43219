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
