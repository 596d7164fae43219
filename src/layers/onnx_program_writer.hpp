#pragma once

#include "layers/onnx_model.hpp"
#include <simplicit/kernels/program.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace simplicit {

/// (features), (channels, length) or (channels, height, width) as planes; nothing for anything else.
[[nodiscard]] std::optional<kernels::PlaneShape> planes_of(const Shape& shape);

/// A program of kernels while it is written, and what the nodes of its network read and write.
class ProgramWriter {
 public:
  /// `model` is the network's, parsed; both must outlive the writer.
  ProgramWriter(const LayeredNetwork& network, const onnx::ModelProto& model,
                const kernels::PlaneShape& input);

  /// Whether node's input i is a tensor that a step writes.
  [[nodiscard]] bool is_tensor(const onnx::NodeProto& node, int i) const;
  [[nodiscard]] std::size_t tensor(const onnx::NodeProto& node, int i) const;
  [[nodiscard]] const kernels::PlaneShape& shape(std::size_t tensor) const {
    return program_.tensors[tensor];
  }
  /// As OpenCV says it is.
  [[nodiscard]] const Shape* declared(const std::string& name) const;
  [[nodiscard]] std::optional<Numbers> constant(const onnx::NodeProto& node, int i) const;
  [[nodiscard]] std::optional<ClipRange> clip_range_of(const onnx::NodeProto& node) const {
    return clip_range(node, constants_, "the network");
  }
  [[nodiscard]] std::optional<std::vector<std::int64_t>> integers(const onnx::NodeProto& node, int i) const;
  /// A list that newer operator sets have as an input.
  [[nodiscard]] std::vector<std::int64_t> list_or_input(const onnx::NodeProto& node, const std::string& name,
                                                        int input) const;

  std::size_t step(kernels::Operation operation, std::vector<std::size_t> inputs,
                   const kernels::PlaneShape& output);
  std::size_t with_shape(std::size_t from, const kernels::PlaneShape& wanted);
  void write(const onnx::NodeProto& node, kernels::Operation operation, std::vector<std::size_t> inputs,
             const kernels::PlaneShape& output);
  void pointwise(const onnx::NodeProto& node, kernels::Pointwise::Kind kind, double a = 0, double b = 0);
  /// Turns operator i of the network into steps, where there are any for it.
  void write_operator(std::size_t i);
  [[nodiscard]] std::int64_t operator_set() const { return operator_set_; }
  /// The program up to the network's output; nothing where that was not written or shapes do not fit.
  [[nodiscard]] std::optional<kernels::Program> finish();

 private:
  std::size_t new_tensor(const kernels::PlaneShape& shape);
  void leave_out_unused();

  const LayeredNetwork& network_;
  std::map<std::string, const onnx::TensorProto*> constants_;
  std::int64_t operator_set_ = 0;
  std::map<std::string, std::size_t> tensors_;  ///< those of the program, by name
  kernels::Program program_;
};

/// Adds the steps of one node, or none where it has no equal among them.
using NodeWriter = void (*)(ProgramWriter& to, const onnx::NodeProto& node);
/// By the type of the node.
[[nodiscard]] std::map<std::string, NodeWriter> function_writers();       ///< entry by entry, and arithmetic
[[nodiscard]] std::map<std::string, NodeWriter> window_writers();         ///< pools and means
[[nodiscard]] std::map<std::string, NodeWriter> rearrangement_writers();  ///< and what looks over channels

}  // namespace simplicit
