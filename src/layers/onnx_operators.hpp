#pragma once

#include "layers/onnx_model.hpp"

#include <vector>

namespace simplicit {

/// A weighted operator as it was found, with its numbers in double precision.
struct FoundOperator {
  WeightedOperator geometry;
  Matrix W;     ///< (channels x taps)
  Vector bias;  ///< (channels), or empty
};

/// Throws InputError naming the node when a window, stride, dilation or group is none.
void require_sound_windows(const onnx::ModelProto& model, const std::string& path);

/// Finds the weighted operators of a simplified model, folds into each the constant factors and shifts a
/// channel and the batch norms that alone read its output, and rewrites their nodes: Conv, Gemm (flat
/// features with a bias), MatMul (without a bias), or MatMul and Add. Their weights are initializers that no
/// other node reads.
[[nodiscard]] std::vector<FoundOperator> take_operators(onnx::ModelProto& model,
                                                        const std::map<std::string, Shape>& shapes,
                                                        const std::string& path);

/// Puts weights into the nodes of an operator in a model that take_operators() rewrote.
void put_weights(onnx::ModelProto& model, const WeightedOperator& geometry, const OperatorWeights& weights);

}  // namespace simplicit
