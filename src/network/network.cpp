#include <simplicit/base/overloaded.hpp>
#include <simplicit/network/network.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

namespace simplicit {
namespace {

struct Parameters {
  Index weights = 0;
  Index biases = 0;
};

Parameters parameters_of(const Operation& operation) {
  const auto count = [](const std::vector<float>& numbers) { return static_cast<Index>(numbers.size()); };
  return std::visit(Overloaded{[&](const Convolution& layer) {
                                 return Parameters{count(layer.weights), count(layer.bias)};
                               },
                               [&](const Dense& layer) {
                                 return Parameters{count(layer.weights), count(layer.bias)};
                               },
                               [&](const ChannelScale& layer) {
                                 return Parameters{count(layer.factor), count(layer.shift)};
                               },
                               [](const SparseMap& map) {
                                 return Parameters{map.parameters, map.biases};
                               },
                               [](const auto&) { return Parameters{}; }},
                    operation);
}

/// For every tensor whether the output depends on it.
std::vector<bool> tensors_needed(const Network& network) {
  std::vector<bool> needed(network.tensors.size(), false);
  needed[network.output] = true;
  for (auto node = network.nodes.rbegin(); node != network.nodes.rend(); ++node) {
    if (!needed[node->output]) continue;
    for (const std::size_t input : node->inputs) needed[input] = true;
  }
  return needed;
}

}  // namespace

Index entries_of(const Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), Index{1}, std::multiplies<>());
}

std::string shape_text(const Shape& shape) {
  return fmt::format("({})", fmt::join(shape, ", "));
}

std::vector<const Node*> activation_nodes(const Network& network) {
  std::vector<const Node*> activations;
  for (const Node& node : network.nodes) {
    if (std::holds_alternative<Activate>(node.operation)) activations.push_back(&node);
  }
  return activations;
}

std::vector<Index> layer_units(const Network& network) {
  std::vector<Index> units;
  for (const Node* node : activation_nodes(network)) {
    units.push_back(entries_of(network.tensors[node->output]));
  }
  return units;
}

Index parameter_count(const Network& network) {
  Index count = 0;
  for (const Node& node : network.nodes) {
    const Parameters parameters = parameters_of(node.operation);
    count += parameters.weights + parameters.biases;
  }
  return count;
}

bool has_bias(const Network& network) {
  return std::any_of(network.nodes.begin(), network.nodes.end(), [](const Node& node) {
    const auto* map = std::get_if<SparseMap>(&node.operation);
    return map != nullptr ? !map->shift.empty() : parameters_of(node.operation).biases > 0;
  });
}

Index tensor_entries(const Network& network) {
  Index count = 0;
  for (const Shape& shape : network.tensors) count += entries_of(shape);
  return count;
}

Network without_dead_ends(Network network) {
  std::vector<bool> needed = tensors_needed(network);
  needed[network.input] = true;
  std::erase_if(network.nodes, [&](const Node& node) { return !needed[node.output]; });

  std::vector<Shape> kept;
  std::vector<std::size_t> place(network.tensors.size(), 0);
  for (std::size_t tensor = 0; tensor < network.tensors.size(); ++tensor) {
    if (!needed[tensor]) continue;
    place[tensor] = kept.size();
    kept.push_back(std::move(network.tensors[tensor]));
  }
  network.tensors = std::move(kept);
  network.input = place[network.input];
  network.output = place[network.output];
  for (Node& node : network.nodes) {
    node.output = place[node.output];
    for (std::size_t& input : node.inputs) input = place[input];
  }
  return network;
}

}  // namespace simplicit
