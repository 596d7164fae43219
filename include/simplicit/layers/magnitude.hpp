#pragma once

#include <simplicit/layers/layered_network.hpp>

namespace simplicit {

/// The network with its biases and those of its weights that are largest by absolute value, `nonzeros`
/// numbers together where it has as many: pruning in one shot, for comparison. Among equals the earlier
/// operators' stay.
[[nodiscard]] LayeredNetwork pruned_by_magnitude(const LayeredNetwork& network, Index nonzeros);

}  // namespace simplicit
