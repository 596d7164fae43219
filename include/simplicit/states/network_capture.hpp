#pragma once

#include <simplicit/network/network.hpp>
#include <simplicit/states/capture.hpp>

namespace simplicit {

/// A network as capture takes it: forwarded in float32 in batches of batch_size, states scaled by
/// scale_states. `mlp` is the same network where it is a multilayer perceptron, or null; both must outlive
/// the result. Throws InputError naming `path` when the forward pass cannot be set up or the factors leave
/// what `precision` holds.
[[nodiscard]] CapturedNetwork captured_network(const Network& network, const Mlp* mlp, double kappa,
                                               Precision precision, const std::string& path);

}  // namespace simplicit
