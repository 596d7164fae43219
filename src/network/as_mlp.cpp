#include <simplicit/network/as_mlp.hpp>

namespace simplicit {
namespace {

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Matrix weights_of(const Dense& layer, Index units) {
  const Index features = static_cast<Index>(layer.weights.size()) / units;
  return Eigen::Map<const RowMajor>(layer.weights.data(), units, features).cast<double>();
}

Vector biases_of(const Dense& layer, Index units) {
  if (layer.bias.empty()) return Vector::Zero(units);
  return Eigen::Map<const Eigen::VectorXf>(layer.bias.data(), units).cast<double>();
}

}  // namespace

std::optional<Mlp> as_mlp(const Network& network) {
  Mlp mlp;
  mlp.activation = network.activation;
  const bool bias = has_bias(network);
  std::size_t current = network.input;
  bool dense_next = true;
  for (const Node& node : network.nodes) {
    const bool follows = node.inputs.size() == 1 && node.inputs[0] == current;
    if (!follows) return std::nullopt;
    current = node.output;
    if (std::holds_alternative<Reshape>(node.operation)) continue;
    const auto* layer = std::get_if<Dense>(&node.operation);
    const bool activation = std::holds_alternative<Activate>(node.operation);
    if (dense_next ? layer == nullptr : !activation) return std::nullopt;
    dense_next = !dense_next;
    if (layer == nullptr) continue;
    const Index units = network.tensors[node.output][0];
    mlp.weights.push_back(weights_of(*layer, units));
    if (bias) mlp.biases.push_back(biases_of(*layer, units));
  }
  const bool ends_dense = !dense_next && current == network.output;
  if (!ends_dense || mlp.weights.size() < 2) return std::nullopt;
  return mlp;
}

}  // namespace simplicit
