#pragma once

#include <simplicit/base/types.hpp>

#include <onnx/onnx_pb.h>

#include <functional>
#include <numeric>
#include <string>
#include <vector>

namespace simplicit::test {

/// Writes an ONNX model node by node.
class OnnxBuilder {
 public:
  OnnxBuilder() {
    model_.set_ir_version(7);
    model_.add_opset_import()->set_version(11);
    graph_ = model_.mutable_graph();
  }
  onnx::ModelProto& model() { return model_; }
  onnx::GraphProto& graph() { return *graph_; }

  /// A length below 1 is left open.
  onnx::ValueInfoProto& input(const std::string& name, const std::vector<Index>& shape) {
    onnx::ValueInfoProto& value = *graph_->add_input();
    value.set_name(name);
    auto& type = *value.mutable_type()->mutable_tensor_type();
    type.set_elem_type(onnx::TensorProto::FLOAT);
    for (const Index length : shape) {
      auto& axis = *type.mutable_shape()->add_dim();
      if (length > 0) axis.set_dim_value(length);
    }
    return value;
  }
  void output(const std::string& name) { graph_->add_output()->set_name(name); }

  /// Numbers 0.01, 0.02, ... when none are given.
  onnx::TensorProto& weights(const std::string& name, const std::vector<Index>& shape,
                             std::vector<float> numbers = {}) {
    const Index count = std::accumulate(shape.begin(), shape.end(), Index{1}, std::multiplies<>());
    for (Index i = std::ssize(numbers); i < count; ++i) numbers.push_back(0.01F * static_cast<float>(i + 1));
    onnx::TensorProto& tensor = *graph_->add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    for (const Index length : shape) tensor.add_dims(length);
    tensor.set_raw_data(numbers.data(), numbers.size() * sizeof(float));
    return tensor;
  }
  onnx::NodeProto& node(const std::string& type, const std::vector<std::string>& inputs,
                        const std::string& output) {
    onnx::NodeProto& node = *graph_->add_node();
    node.set_name(output);
    node.set_op_type(type);
    for (const std::string& name : inputs) node.add_input(name);
    node.add_output(output);
    return node;
  }
  [[nodiscard]] std::string bytes() const { return model_.SerializeAsString(); }

 private:
  onnx::ModelProto model_;
  onnx::GraphProto* graph_ = nullptr;
};

inline void set_number(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INT);
  attribute.set_i(value);
}

inline void set_list(onnx::NodeProto& node, const std::string& name,
                     const std::vector<std::int64_t>& values) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) attribute.add_ints(value);
}

/// (2, 4, 4) planes, a 3 x 3 convolution "conv" to 3 channels with a border of zeros, "relu", "flat", and the
/// dense layer "head" to the output "y" of 2. `phi` replaces the operator after the convolution.
inline OnnxBuilder small_onnx(const std::string& phi = "Relu") {
  OnnxBuilder net;
  net.input("x", {1, 2, 4, 4});
  net.weights("w", {3, 2, 3, 3});
  net.weights("v", {48, 2});
  set_list(net.node("Conv", {"x", "w"}, "conv"), "pads", {1, 1, 1, 1});
  net.node(phi, {"conv"}, "relu");
  net.node("Flatten", {"relu"}, "flat");
  net.node("MatMul", {"flat", "v"}, "y");
  net.output("y");
  return net;
}

}  // namespace simplicit::test
