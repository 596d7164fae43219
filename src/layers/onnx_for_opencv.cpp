#include "layers/onnx_model.hpp"
#include <simplicit/network/onnx_attributes.hpp>

#include <algorithm>
#include <cmath>
#include <optional>

namespace simplicit {
namespace {

/// Nodes are copied one by one; those that OpenCV reads otherwise than ONNX means are rewritten.
class Rewriter {
 public:
  Rewriter(const onnx::ModelProto& model, Index batch)
      : model_(model), batch_(batch), initializers_(initializers_of(model)) {}

  onnx::ModelProto run() {
    onnx::ModelProto result = model_;
    onnx::GraphProto& graph = *result.mutable_graph();
    graph.clear_node();
    graph_ = &graph;
    for (const onnx::NodeProto& node : model_.graph().node()) add(node);
    set_batch(result);
    return result;
  }

 private:
  void add(onnx::NodeProto node) {
    node.clear_name();  // OpenCV then calls its layers by their outputs
    if (node.op_type() == "Conv") {
      state_kernel(node);
      pad_convolution(node);
    }
    if (node.op_type() == "Gemm") transpose_weights(node);
    if (node.op_type() == "AveragePool") pad_average(node);
    if (node.op_type() == "Clip") state_bounds(node);
    if (node.op_type() == "Reshape") reshape(node);
    if (has_axes(node.op_type())) state_axes(node);
    if (node.op_type() == "Tile" || node.op_type() == "Expand") leave_as_it_is(node);
    *graph_->add_node() = std::move(node);
  }

  /// ONNX takes the size of a kernel from its weights where it is not stated.
  void state_kernel(onnx::NodeProto& node) const {
    if (!list_of(node, "kernel_shape").empty() || node.input_size() < 2) return;
    const auto weights = initializers_.find(node.input(1));
    if (weights == initializers_.end() || weights->second->dims_size() < 3) return;
    put_list(node, "kernel_shape", {weights->second->dims().begin() + 2, weights->second->dims().end()});
  }

  /// OpenCV takes the weights of Gemm as (out x in) only, which is how PyTorch writes them.
  void transpose_weights(onnx::NodeProto& node) {
    const auto weights = node.input_size() < 2 ? initializers_.end() : initializers_.find(node.input(1));
    if (weights == initializers_.end() || integer_of(node, "transB", 0) != 0) return;
    const std::optional<Numbers> numbers = numbers_of(*weights->second, "the network");
    if (!numbers || numbers->shape.size() != 2) return;
    const Index rows = numbers->shape[0], columns = numbers->shape[1];
    std::vector<float> transposed;
    transposed.reserve(numbers->values.size());
    for (Index column = 0; column < columns; ++column) {
      for (Index row = 0; row < rows; ++row) {
        transposed.push_back(
            static_cast<float>(numbers->values[static_cast<std::size_t>(row * columns + column)]));
      }
    }
    const std::string name = node.output(0) + "/transposed";
    *graph_->add_initializer() = float_tensor(name, {columns, rows}, transposed);
    node.set_input(1, name);
    put_integer(node, "transB", 1);
  }

  /// OpenCV takes the bounds of Clip from attributes only, as operator sets before 11 have them.
  void state_bounds(onnx::NodeProto& node) const {
    const std::optional<ClipRange> range = clip_range(node, initializers_, "the network");
    if (!range) return;
    if (std::isfinite(range->low)) set_real(node, "min", static_cast<double>(range->low));
    if (std::isfinite(range->high)) set_real(node, "max", static_cast<double>(range->high));
    if (node.input_size() > 1) node.mutable_input()->DeleteSubrange(1, node.input_size() - 1);
  }

  static bool has_axes(const std::string& type) {
    return type == "Squeeze" || type == "Unsqueeze" || type.starts_with("Reduce");
  }

  /// The constant integers that a node reads second.
  [[nodiscard]] std::optional<std::vector<std::int64_t>> second_input(const onnx::NodeProto& node) const {
    if (node.input_size() != 2) return {};
    const auto constant = initializers_.find(node.input(1));
    if (constant == initializers_.end()) return {};
    return integers_of(*constant->second);
  }

  /// OpenCV takes axes from an attribute only, as operator sets before 13 have them.
  void state_axes(onnx::NodeProto& node) const {
    const std::optional<std::vector<std::int64_t>> axes = second_input(node);
    if (!axes) return;
    node.mutable_input()->RemoveLast();
    put_list(node, "axes", *axes);
  }

  /// OpenCV does not repeat anything, once neither.
  void leave_as_it_is(onnx::NodeProto& node) const {
    const std::optional<std::vector<std::int64_t>> times = second_input(node);
    if (!times || std::any_of(times->begin(), times->end(), [](std::int64_t count) { return count != 1; }))
      return;
    node.set_op_type("Identity");
    node.mutable_input()->RemoveLast();
  }

  /// OpenCV pads convolutions alike on both sides only.
  void pad_convolution(onnx::NodeProto& node) {
    const std::vector<std::int64_t> pads = list_of(node, "pads");
    const auto half = static_cast<std::ptrdiff_t>(pads.size() / 2);
    if (std::equal(pads.begin(), pads.begin() + half, pads.begin() + half)) return;
    pad_before(node, pads);
  }

  /// OpenCV never counts padding.
  void pad_average(onnx::NodeProto& node) {
    const std::vector<std::int64_t> pads = list_of(node, "pads");
    const bool none = std::all_of(pads.begin(), pads.end(), [](std::int64_t pad) { return pad == 0; });
    if (none || integer_of(node, "count_include_pad", 0) == 0) return;
    pad_before(node, pads);
    put_integer(node, "count_include_pad", 0);
  }

  void pad_before(onnx::NodeProto& node, const std::vector<std::int64_t>& pads) {
    const std::string padded = node.output(0) + "/padded";
    const std::size_t half = pads.size() / 2;
    std::vector<std::int64_t> all{0, 0};
    all.insert(all.end(), pads.begin(), pads.begin() + static_cast<std::ptrdiff_t>(half));
    all.insert(all.end(), {0, 0});
    all.insert(all.end(), pads.begin() + static_cast<std::ptrdiff_t>(half), pads.end());
    onnx::NodeProto& pad = *graph_->add_node();
    pad.set_op_type("Pad");
    pad.add_input(node.input(0));
    pad.add_output(padded);
    if (operator_set() < 11) {
      put_list(pad, "pads", all);
    } else {
      pad.add_input(padded + "/pads");
      *graph_->add_initializer() = integer_tensor(padded + "/pads", all);
    }
    node.set_input(0, padded);
    remove_attribute(node, "pads");
  }

  [[nodiscard]] std::int64_t operator_set() const {
    for (const onnx::OperatorSetIdProto& set : model_.opset_import()) {
      if (set.domain().empty() || set.domain() == "ai.onnx") return set.version();
    }
    return 0;
  }

  /// A shape that repeats the batch the file was exported with.
  void reshape(onnx::NodeProto& node) {
    if (node.input_size() < 2) return;
    const auto& axis = model_.graph().input(0).type().tensor_type().shape().dim(0);
    const std::int64_t exported = axis.has_dim_value() ? axis.dim_value() : 0;
    const auto constant = initializers_.find(node.input(1));
    if (constant == initializers_.end() || exported < 1) return;
    std::optional<std::vector<std::int64_t>> shape = integers_of(*constant->second);
    if (!shape || shape->size() < 2 || shape->front() != exported) return;
    shape->front() = batch_;
    const std::string name = node.output(0) + "/shape";
    *graph_->add_initializer() = integer_tensor(name, *shape);
    node.set_input(1, name);
  }

  void set_batch(onnx::ModelProto& model) const {
    for (onnx::ValueInfoProto& input : *model.mutable_graph()->mutable_input()) {
      input.mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim(0)->set_dim_value(batch_);
    }
    for (onnx::ValueInfoProto& output : *model.mutable_graph()->mutable_output()) {
      onnx::TypeProto_Tensor& type = *output.mutable_type()->mutable_tensor_type();
      type.set_elem_type(onnx::TensorProto::FLOAT);  // OpenCV asks for a type, and does not look at it
      type.mutable_shape()->clear_dim();
    }
  }

  const onnx::ModelProto& model_;
  Index batch_;
  std::map<std::string, const onnx::TensorProto*> initializers_;
  onnx::GraphProto* graph_ = nullptr;
};

}  // namespace

onnx::ModelProto for_opencv(const onnx::ModelProto& model, Index batch) {
  return Rewriter(model, batch).run();
}

}  // namespace simplicit
