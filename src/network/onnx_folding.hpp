#pragma once

#include "network/onnx_node.hpp"

#include <vector>

namespace simplicit {

/// What a node comes to before the network runs: all its inputs are constants, or it asks for a tensor's
/// shape.
[[nodiscard]] bool is_known_beforehand(const OnnxNode& node);

/// One constant for each output of such a node; fails with its name where the operator is not known.
[[nodiscard]] std::vector<OnnxConstant> fold(const OnnxNode& node);

}  // namespace simplicit
