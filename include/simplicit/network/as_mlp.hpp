#pragma once

#include <simplicit/baseline/mlp.hpp>
#include <simplicit/network/network.hpp>

#include <optional>

namespace simplicit {

/// The network as a multilayer perceptron, where it is one: dense layers, one after the other, with an
/// activation between any two and none after the last. Nothing otherwise.
[[nodiscard]] std::optional<Mlp> as_mlp(const Network& network);

}  // namespace simplicit
