#pragma once

#include <simplicit/baseline/mlp.hpp>

namespace simplicit {

/// The network with at most `kept` of its parameters left, the others 0, without training again: biases stay
/// first, then the weights of all layers by falling |w|, the earlier layer (then column) first among equals
/// (one-shot global magnitude pruning).
[[nodiscard]] Mlp magnitude_pruned(const Mlp& mlp, Index kept);

}  // namespace simplicit
