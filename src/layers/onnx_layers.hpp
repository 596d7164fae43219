#pragma once

#include <simplicit/layers/layered_network.hpp>

#include <onnx/onnx_pb.h>

namespace simplicit {

/// The layers of a network whose operators and shapes are known, in the order in which their targets are
/// computed. Throws InputError naming `path` where a constant is none.
[[nodiscard]] std::vector<Layer> find_layers(const onnx::ModelProto& model, const LayeredNetwork& network,
                                             const std::string& path);

}  // namespace simplicit
