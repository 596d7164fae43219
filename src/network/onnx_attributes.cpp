#include <simplicit/network/onnx_attributes.hpp>

#include <onnx/onnx_pb.h>

#include <bit>

namespace simplicit {

static_assert(std::endian::native == std::endian::little, "ONNX stores raw numbers in little-endian order");

void set_integer(onnx::NodeProto& node, const std::string& name, std::int64_t number) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INT);
  attribute.set_i(number);
}

void set_real(onnx::NodeProto& node, const std::string& name, double number) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::FLOAT);
  attribute.set_f(static_cast<float>(number));
}

void set_activation(onnx::NodeProto& node, Activation activation) {
  switch (activation.kind) {
    case Activation::Kind::relu:
      node.set_op_type("Relu");
      break;
    case Activation::Kind::leaky_relu:
      node.set_op_type("LeakyRelu");
      set_real(node, "alpha", activation.slope);
      break;
    case Activation::Kind::tanh:
      node.set_op_type("Tanh");
      break;
    case Activation::Kind::sigmoid:
      node.set_op_type("Sigmoid");
      break;
    case Activation::Kind::identity:
      node.set_op_type("Identity");
      break;
  }
}

void add_constant(onnx::GraphProto& graph, const std::string& name, const std::vector<float>& numbers,
                  const std::vector<std::int64_t>& shape) {
  onnx::TensorProto& tensor = *graph.add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  for (const std::int64_t length : shape) tensor.add_dims(length);
  tensor.set_raw_data(numbers.data(), numbers.size() * sizeof(float));
}

}  // namespace simplicit
