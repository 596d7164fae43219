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

/// What is known of a simplified model while its operators are looked for.
struct OperatorGraph {
  const std::map<std::string, Shape>& shapes;  ///< of one sample
  std::map<std::string, const onnx::TensorProto*> constants;
  const std::string& path;

  /// Null where OpenCV does not say.
  [[nodiscard]] const Shape* shape(const std::string& name) const {
    const auto at = shapes.find(name);
    return at == shapes.end() ? nullptr : &at->second;
  }
  [[nodiscard]] std::optional<Numbers> constant(const std::string& name) const {
    const auto at = constants.find(name);
    return at == constants.end() ? std::optional<Numbers>() : numbers_of(*at->second, path);
  }
};

/// Throws InputError "<path>: <node> <fault>".
[[noreturn]] void refuse(const std::string& path, const onnx::NodeProto& node, const std::string& fault);

/// The operator of a Conv, Gemm or MatMul whose weights are constant; nothing of any other node. Throws
/// InputError where its numbers do not fit each other.
[[nodiscard]] std::optional<FoundOperator> weighted_operator(const OperatorGraph& graph,
                                                             const onnx::NodeProto& node);

/// Folds a batch norm, or a constant factor or shift for each channel, into the operator whose output `node`
/// alone reads; false, and nothing is changed, for any other node.
[[nodiscard]] bool folds_into(const OperatorGraph& graph, const onnx::NodeProto& node, FoundOperator& op);

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
