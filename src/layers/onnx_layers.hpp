#pragma once

#include <simplicit/layers/layered_network.hpp>

#include <onnx/onnx_pb.h>

namespace simplicit {

/// The layers of a network whose operators and shapes are known, in the order in which their targets are
/// computed.
[[nodiscard]] std::vector<Layer> find_layers(const onnx::ModelProto& model, const LayeredNetwork& network);

}  // namespace simplicit
