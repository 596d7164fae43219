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

/// The network of ONNX bytes, of any kind that OpenCV runs, for capturing inputs and outputs alone. Throws
/// InputError naming `path`.
[[nodiscard]] CapturedNetwork captured_inputs(const std::string& onnx, const std::string& path);

/// The same network without its states.
[[nodiscard]] CapturedNetwork without_states(const CapturedNetwork& network);

}  // namespace simplicit
