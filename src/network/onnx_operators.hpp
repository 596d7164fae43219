#pragma once

#include "network/onnx_node.hpp"

#include <optional>
#include <variant>

namespace simplicit {

/// A node of the graph as a node of the network.
struct OnnxOperation {
  Operation operation;
  std::vector<std::size_t> inputs;
  Shape output;
  std::optional<Activation> activation;  ///< which, when the operation is Activate
};
/// A node that hands on its first input as it is.
struct OnnxAlias {};
/// What a node comes to: an operation, another name for its first input, or an operation for each of its
/// outputs.
using OnnxOutcome = std::variant<OnnxOperation, OnnxAlias, std::vector<OnnxOperation>>;

/// Whether nodes of this type can be read at all.
[[nodiscard]] bool is_supported(const std::string& type);

/// Reads one node; throws InputError with its name and the reason when it is not supported.
[[nodiscard]] OnnxOutcome read_operator(const OnnxNode& node);

/// A node that is affine in any other way, entry by entry.
[[nodiscard]] OnnxOutcome read_affine(const OnnxNode& node);
/// A node that only moves entries about, entry by entry.
[[nodiscard]] OnnxOutcome read_moved(const OnnxNode& node);

// By kind. Each checks inputs, attributes and sizes, and works out the output's shape.
[[nodiscard]] OnnxOutcome read_convolution(const OnnxNode& node);
[[nodiscard]] OnnxOutcome read_average_pool(const OnnxNode& node);
[[nodiscard]] OnnxOutcome read_global_average_pool(const OnnxNode& node);
[[nodiscard]] OnnxOutcome read_pad(const OnnxNode& node);
[[nodiscard]] OnnxOutcome read_gemm(const OnnxNode& node);
[[nodiscard]] OnnxOutcome read_matmul(const OnnxNode& node);
[[nodiscard]] OnnxOutcome read_batch_normalization(const OnnxNode& node);
[[nodiscard]] OnnxOutcome read_arithmetic(const OnnxNode& node);  // Add Sub Mul Div Sum Mean
[[nodiscard]] OnnxOutcome read_reshape(const OnnxNode& node);
[[nodiscard]] OnnxOutcome read_flatten(const OnnxNode& node);

}  // namespace simplicit
