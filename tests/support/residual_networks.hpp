#pragma once

#include <simplicit/base/random.hpp>
#include <simplicit/network/network.hpp>

#include <vector>

namespace simplicit::test {

[[nodiscard]] std::vector<float> random_floats(RandomStream& random, Index count);

/// 2 x 7 x 6 inputs, two strided or padded convolutions (one in groups), a batch norm, a skip connection, an
/// average pool and a linear head of 4: three layers of activations, every kind of operation but
/// GlobalAveragePool.
[[nodiscard]] Network residual_network(Activation activation, unsigned seed, bool counts_padding = true);

}  // namespace simplicit::test
