#include "network/onnx_operators.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>

namespace simplicit {
namespace {

OnnxOutcome activate(const OnnxNode& node, Activation activation) {
  node.require_inputs(1, 1);
  return OnnxOperation{Activate{}, {node.tensor(0)}, node.shape(0), activation};
}

template <Activation activation>
OnnxOutcome read_activation(const OnnxNode& node) {
  node.require_only({});
  return activate(node, activation);
}

OnnxOutcome read_leaky_relu(const OnnxNode& node) {
  node.require_only({"alpha"});
  const double slope = node.real("alpha", leaky_relu_slope);
  if (std::abs(slope - leaky_relu_slope) > 1e-7) {
    node.fail(fmt::format("has the slope {:.6g}, only {} is supported", slope, leaky_relu_slope));
  }
  return activate(node, Activation::leaky_relu);
}

OnnxOutcome read_identity(const OnnxNode& node) {
  node.require_inputs(1, 1);
  (void)node.is_tensor(0);
  return OnnxAlias{};
}

OnnxOutcome read_dropout(const OnnxNode& node) {
  node.require_inputs(1, 3);
  (void)node.tensor(0);
  return OnnxAlias{};  // as it is at inference
}

OnnxOutcome read_constant(const OnnxNode& node) {
  node.require_inputs(0, 0);
  node.require_only({"value"});
  return node.constant("value");
}

using Reader = OnnxOutcome (*)(const OnnxNode&);

const std::map<std::string, Reader>& supported() {
  static const std::map<std::string, Reader> readers{
      {"Add", read_add},
      {"AveragePool", read_average_pool},
      {"BatchNormalization", read_batch_normalization},
      {"Constant", read_constant},
      {"Conv", read_convolution},
      {"Dropout", read_dropout},
      {"Flatten", read_flatten},
      {"Gemm", read_gemm},
      {"GlobalAveragePool", read_global_average_pool},
      {"Identity", read_identity},
      {"LeakyRelu", read_leaky_relu},
      {"MatMul", read_matmul},
      {"Pad", read_pad},
      {"Relu", read_activation<Activation::relu>},
      {"Reshape", read_reshape},
      {"Sigmoid", read_activation<Activation::sigmoid>},
      {"Tanh", read_activation<Activation::tanh>},
  };
  return readers;
}

/// What to do about operators that networks often have.
const std::map<std::string, std::string>& reasons() {
  const std::string maximum =
      "takes a maximum, which is not affine; a strided convolution or an average pool can be represented";
  const std::string softmax = "is not affine; export the network up to the numbers it is applied to";
  const std::string other = "is not one of the activations Relu, LeakyRelu, Tanh and Sigmoid";
  const std::string run_time =
      "computes with shapes or pieces of tensors; export with fixed sizes and flatten with torch.flatten(x, "
      "1)";
  const std::string scaling = "is not supported; put the factor into the layer before or after";
  const std::string nested = "holds another graph";
  static const std::map<std::string, std::string> all{
      {"MaxPool", maximum},    {"GlobalMaxPool", maximum},
      {"Max", maximum},        {"Softmax", softmax},
      {"LogSoftmax", softmax}, {"PRelu", other},
      {"Elu", other},          {"Selu", other},
      {"Celu", other},         {"Clip", other},
      {"HardSigmoid", other},  {"HardSwish", other},
      {"Softplus", other},     {"Erf", other},
      {"Shape", run_time},     {"Gather", run_time},
      {"Slice", run_time},     {"Split", run_time},
      {"Mul", scaling},        {"Div", scaling},
      {"Sub", scaling},        {"If", nested},
      {"Loop", nested},        {"Scan", nested},
  };
  return all;
}

}  // namespace

OnnxOutcome read_operator(const OnnxNode& node) {
  const auto reader = supported().find(node.type());
  if (reader != supported().end()) return reader->second(node);
  const auto reason = reasons().find(node.type());
  node.fail(reason != reasons().end() ? reason->second : "is an operator that is not supported");
}

}  // namespace simplicit
