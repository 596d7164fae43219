#pragma once

#include <simplicit/base/types.hpp>

#include <vector>

namespace simplicit {

/// Of the prices of all weights of all layers, each (features x channels), the `kept` dearest stay: how many
/// of each layer. Ties go to the earlier layer, channel and feature.
[[nodiscard]] std::vector<Index> layer_shares(const std::vector<Matrix>& prices, Index kept);

/// The `kept` dearest features of a layer, channel by channel, ascending. Ties as above; price 0 never stays.
[[nodiscard]] std::vector<std::vector<int>> dearest(const Matrix& prices, Index kept);

}  // namespace simplicit
