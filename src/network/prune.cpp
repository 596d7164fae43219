#include "network/prune.hpp"

#include <algorithm>

namespace simplicit {
namespace {

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
