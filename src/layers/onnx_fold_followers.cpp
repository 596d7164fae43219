#include "layers/onnx_operators.hpp"

#include <cmath>

namespace simplicit {
namespace {

/// One number per channel, or the same for all; nothing when the constant varies otherwise.
std::optional<Vector> channel_constant(const OperatorGraph& graph, const FoundOperator& op,
                                       const std::string& name) {
  const std::optional<Numbers> numbers = graph.constant(name);
  const Shape* to = graph.shape(op.geometry.output);
  if (!numbers || to == nullptr) return {};
  const std::size_t rank = to->size() + 1;
  if (numbers->shape.size() > rank) return {};
  const std::size_t channel_axis = op.geometry.dense ? rank - 1 : 1;
  for (std::size_t i = 0; i < numbers->shape.size(); ++i) {
    const std::size_t axis = rank - numbers->shape.size() + i;
    if (numbers->shape[i] == 1 || (axis == channel_axis && numbers->shape[i] == op.geometry.channels))
      continue;
    return {};
  }
  if (std::ssize(numbers->values) == op.geometry.channels) {
    return Eigen::Map<const Vector>(numbers->values.data(), op.geometry.channels);
  }
  return Vector::Constant(op.geometry.channels, numbers->values.at(0));
}

void scale(FoundOperator& op, const Vector& factor) {
  op.W = factor.asDiagonal() * op.W;
  if (op.bias.size() > 0) op.bias.array() *= factor.array();
}

void shift(FoundOperator& op, const Vector& by) {
  if (op.bias.size() == 0) op.bias = Vector::Zero(op.geometry.channels);
  op.bias += by;
}

bool fold_batch_norm(const OperatorGraph& graph, const onnx::NodeProto& node, FoundOperator& op) {
  if (op.geometry.dense && op.geometry.positions() != 1) return false;
  if (node.input_size() != 5 || integer_of(node, "training_mode", 0) != 0) return false;
  Vector part[4];
  for (int i = 0; i < 4; ++i) {
    const std::optional<Numbers> numbers = graph.constant(node.input(i + 1));
    if (!numbers || std::ssize(numbers->values) != op.geometry.channels) return false;
    part[i] = Eigen::Map<const Vector>(numbers->values.data(), op.geometry.channels);
  }
  const double epsilon = real_of(node, "epsilon", 1e-5);
  const Vector deviation = (part[3].array() + epsilon).sqrt();
  if (!(deviation.minCoeff() > 0)) refuse(graph.path, node, "has a variance that is not positive");
  const Vector factor = part[0].cwiseQuotient(deviation);
  scale(op, factor);
  shift(op, part[1] - factor.cwiseProduct(part[2]));
  return true;
}

bool fold_arithmetic(const OperatorGraph& graph, const onnx::NodeProto& node, FoundOperator& op) {
  if (node.input_size() != 2) return false;
  const bool first = node.input(0) == op.geometry.output;
  const std::optional<Vector> numbers = channel_constant(graph, op, node.input(first ? 1 : 0));
  if (!numbers) return false;
  const std::string& type = node.op_type();
  if (type == "Add") shift(op, *numbers);
  if (type == "Mul") scale(op, *numbers);
  if (type == "Sub") {
    if (!first) return false;
    shift(op, -*numbers);
  }
  if (type == "Div") {
    if (!first || !(numbers->cwiseAbs().minCoeff() > 0)) return false;
    scale(op, numbers->cwiseInverse());
  }
  return true;
}

}  // namespace

bool folds_into(const OperatorGraph& graph, const onnx::NodeProto& node, FoundOperator& op) {
  const std::string& type = node.op_type();
  bool folded = false;
  if (type == "BatchNormalization")
    folded = node.input(0) == op.geometry.output && fold_batch_norm(graph, node, op);
  if (type == "Add" || type == "Mul" || type == "Sub" || type == "Div")
    folded = fold_arithmetic(graph, node, op);
  if (folded && (!op.W.allFinite() || !op.bias.allFinite()))
    refuse(graph.path, node, "has numbers that overflow");
  return folded;
}

}  // namespace simplicit
