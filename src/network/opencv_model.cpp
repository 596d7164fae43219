#include "network/opencv_model.hpp"

#include <simplicit/network/batch_forward.hpp>
#include <simplicit/network/onnx_attributes.hpp>

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

namespace simplicit {
namespace {

constexpr std::int64_t operator_set = 11;
constexpr std::int64_t format_version = 6;

std::string name_of(std::size_t tensor) {
  return fmt::format("t{}", tensor);
}

template <class Numbers>
void set_list(onnx::NodeProto& node, const std::string& name, const Numbers& numbers) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INTS);
  for (const auto number : numbers) attribute.add_ints(number);
}

/// Writes the operations one by one into a graph.
class ModelWriter {
 public:
  ModelWriter(const Network& network, Index batch, bool named)
      : network_(network), batch_(batch), named_(named) {}

  onnx::ModelProto write() {
    onnx::ModelProto model;
    model.set_ir_version(format_version);
    onnx::OperatorSetIdProto& operators = *model.add_opset_import();
    operators.set_domain("");
    operators.set_version(operator_set);
    graph_ = model.mutable_graph();
    graph_->set_name("network");
    declare(*graph_->add_input(), network_.input);
    for (const Node& node : network_.nodes) {
      node_ = &node;
      std::visit(*this, node.operation);
    }
    declare(*graph_->add_output(), network_.output);
    return model;
  }

  void operator()(const Convolution& layer) {
    const std::string planes = padded(layer.window.before, layer.window.after);
    onnx::NodeProto& node = add("Conv", {planes, constant_name("w")});
    set_window(node, layer.window);
    set_list(node, "dilations", layer.window.dilation);
    set_integer(node, "group", layer.groups);
    const Index outputs = network_.tensors[node_->output][0];
    const Index inner = network_.tensors[node_->inputs[0]][0] / layer.groups;
    add_floats(constant_name("w"), layer.weights,
               {outputs, inner, layer.window.size[0], layer.window.size[1]});
    if (layer.bias.empty()) return;
    node.add_input(constant_name("b"));
    add_floats(constant_name("b"), layer.bias, {outputs});
  }

  void operator()(const Dense& layer) {
    const Index outputs = network_.tensors[node_->output][0];
    const Index inputs = network_.tensors[node_->inputs[0]][0];
    onnx::NodeProto& node = add("Gemm", {input(0), constant_name("w"), constant_name("b")});
    set_integer(node, "transB", 1);
    add_floats(constant_name("w"), layer.weights, {outputs, inputs});
    add_floats(constant_name("b"), or_constant(layer.bias, outputs, 0), {outputs});
  }

  void operator()(const ChannelScale& layer) {
    const Index channels = network_.tensors[node_->output][0];
    add("BatchNormalization", {input(0), constant_name("scale"), constant_name("shift"),
                               constant_name("mean"), constant_name("variance")});
    set_real(*graph_->mutable_node(graph_->node_size() - 1), "epsilon", 0);
    add_floats(constant_name("scale"), or_constant(layer.factor, channels, 1), {channels});
    add_floats(constant_name("shift"), or_constant(layer.shift, channels, 0), {channels});
    add_floats(constant_name("mean"), or_constant({}, channels, 0), {channels});
    add_floats(constant_name("variance"), or_constant({}, channels, 1), {channels});
  }

  void operator()(const Sum&) { add("Add", {input(0), input(1)}); }

  void operator()(const AveragePool& pool) {
    const bool explicit_padding = pool.counts_padding;
    const std::string planes =
        explicit_padding ? padded(pool.window.before, pool.window.after, true) : input(0);
    onnx::NodeProto& node = add("AveragePool", {planes});
    set_window(node, pool.window, !explicit_padding);
    set_integer(node, "count_include_pad", 0);
  }

  void operator()(const ZeroPad& pad) { add_pad(input(0), name_of(node_->output), pad.before, pad.after); }

  void operator()(const Reshape&) {
    std::vector<Index> shape{batch_};
    const Shape& sample = network_.tensors[node_->output];
    shape.insert(shape.end(), sample.begin(), sample.end());
    add("Reshape", {input(0), constant_name("shape")});
    add_integers(constant_name("shape"), shape);
  }

  /// A layer of our own, which OpenCV is taught in opencv_sparse_map.cpp: rows' ends, columns, values and
  /// shift, the columns counted through all inputs.
  void operator()(const SparseMap& map) {
    std::vector<std::string> inputs;
    for (std::size_t i = 0; i < node_->inputs.size(); ++i) inputs.push_back(input(i));
    const Index rows = entries_of(network_.tensors[node_->output]);
    std::vector<Index> ends, columns;
    std::vector<float> values;
    for (Index row = 0; row < rows; ++row) {
      Index before = 0;
      for (std::size_t k = 0; k < map.weights.size(); ++k) {
        for (SparseMap::Weights::InnerIterator entry(map.weights[k], row); entry; ++entry) {
          columns.push_back(before + entry.col());
          values.push_back(entry.value());
        }
        before += map.weights[k].cols();
      }
      ends.push_back(std::ssize(columns));
    }
    columns.push_back(0);  // so that no list is empty
    values.push_back(0);
    for (const char* what : {"ends", "columns", "values", "shift"}) inputs.push_back(constant_name(what));
    onnx::NodeProto& node = add(sparse_map_layer, inputs);
    set_list(node, "result_shape", network_.tensors[node_->output]);
    add_narrow_integers(constant_name("ends"), ends);
    add_narrow_integers(constant_name("columns"), columns);
    add_floats(constant_name("values"), values, {std::ssize(values)});
    add_floats(constant_name("shift"), or_constant(map.shift, rows, 0), {rows});
  }

  void operator()(const Activate&) { set_activation(add("", {input(0)}), network_.activation); }

 private:
  using Pair = std::array<Index, 2>;

  [[nodiscard]] std::string input(std::size_t i) const { return name_of(node_->inputs[i]); }
  [[nodiscard]] std::string constant_name(const std::string& what) const {
    return name_of(node_->output) + "_" + what;
  }

  void declare(onnx::ValueInfoProto& value, std::size_t tensor) const {
    value.set_name(name_of(tensor));
    auto& type = *value.mutable_type()->mutable_tensor_type();
    type.set_elem_type(onnx::TensorProto::FLOAT);
    type.mutable_shape()->add_dim()->set_dim_value(batch_);
    for (const Index length : network_.tensors[tensor])
      type.mutable_shape()->add_dim()->set_dim_value(length);
  }

  onnx::NodeProto& add(const std::string& type, const std::vector<std::string>& inputs) {
    onnx::NodeProto& node = *graph_->add_node();
    node.set_op_type(type);
    for (const std::string& name : inputs) node.add_input(name);
    node.add_output(name_of(node_->output));
    if (named_) node.set_name(own_name(node_->name));
    return node;
  }

  /// OpenCV pads convolutions alike on both sides only; other padding becomes a node of its own.
  std::string padded(const Pair& before, const Pair& after, bool always = false) {
    const bool none = before == Pair{0, 0} && after == Pair{0, 0};
    if (none || (before == after && !always)) return input(0);
    const std::string name = constant_name("padded");
    add_pad(input(0), name, before, after);
    return name;
  }

  void add_pad(const std::string& from, const std::string& to, const Pair& before, const Pair& after) {
    onnx::NodeProto& node = *graph_->add_node();
    node.set_op_type("Pad");
    node.add_input(from);
    node.add_input(to + "_pads");
    node.add_output(to);
    add_integers(to + "_pads", {0, 0, before[0], before[1], 0, 0, after[0], after[1]});
  }

  static void set_window(onnx::NodeProto& node, const Window& window, bool pads = true) {
    set_list(node, "kernel_shape", window.size);
    set_list(node, "strides", window.stride);
    if (!pads || window.before != window.after) return;
    set_list(node, "pads", std::array{window.before[0], window.before[1], window.after[0], window.after[1]});
  }

  static std::vector<float> or_constant(const std::vector<float>& numbers, Index count, float constant) {
    return numbers.empty() ? std::vector<float>(static_cast<std::size_t>(count), constant) : numbers;
  }

  void add_floats(const std::string& name, const std::vector<float>& numbers,
                  const std::vector<Index>& shape) {
    add_constant(*graph_, name, numbers, {shape.begin(), shape.end()});
  }

  void add_narrow_integers(const std::string& name, const std::vector<Index>& numbers) {
    onnx::TensorProto& tensor = *graph_->add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::INT32);
    tensor.add_dims(std::ssize(numbers));
    for (const Index number : numbers) tensor.add_int32_data(static_cast<std::int32_t>(number));
  }

  void add_integers(const std::string& name, const std::vector<Index>& numbers) {
    onnx::TensorProto& tensor = *graph_->add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::INT64);
    tensor.add_dims(static_cast<std::int64_t>(numbers.size()));
    for (const Index number : numbers) tensor.add_int64_data(number);
  }

  /// "conv1" of "node 'conv1' (Conv)".
  static std::string own_name(const std::string& title) {
    const std::size_t first = title.find('\'');
    const std::size_t last = title.rfind('\'');
    return first < last && last != std::string::npos ? title.substr(first + 1, last - first - 1) : title;
  }

  const Network& network_;
  Index batch_;
  bool named_;
  onnx::GraphProto* graph_ = nullptr;
  const Node* node_ = nullptr;
};

}  // namespace

std::string opencv_model(const Network& network, Index batch) {
  return ModelWriter(network, batch, false).write().SerializeAsString();
}

std::string plain_onnx(const Network& network) {
  return ModelWriter(network, 1, true).write().SerializeAsString();
}

std::string opencv_name(std::size_t tensor) {
  return "onnx_node_output_0!" + name_of(tensor);
}

}  // namespace simplicit
