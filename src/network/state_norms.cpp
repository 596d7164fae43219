#include "network/propagate.hpp"
#include <simplicit/network/state_norms.hpp>

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

namespace simplicit {
namespace {

/// Leaves room for the rounding of the scaled entries and of their sums.
constexpr double below_kappa = 1 - 1e-12;

using Entries = std::vector<double>;

/// Told what reaches layer k, entry by entry; says what every entry of its output sends on.
using AtLayer = std::function<double(std::size_t layer, const Entries& arriving)>;

/// Sends `from_input` out of every input and what `at_layer` says out of every layer through the affine
/// operations; returns what reaches the output. A tensor is dropped after the last node that reads it.
Entries send_through(const Network& network, double from_input, Coefficients coefficients,
                     const AtLayer& at_layer) {
  std::vector<std::size_t> readers(network.tensors.size(), 0);
  for (const Node& node : network.nodes) {
    for (const std::size_t input : node.inputs) ++readers[input];
  }
  ++readers[network.output];
  std::vector<Entries> tensors(network.tensors.size());
  tensors[network.input].assign(static_cast<std::size_t>(network.inputs()), from_input);
  std::size_t layer = 0;
  for (const Node& node : network.nodes) {
    std::vector<const Entries*> inputs;
    for (const std::size_t input : node.inputs) inputs.push_back(&tensors[input]);
    if (std::holds_alternative<Activate>(node.operation)) {
      tensors[node.output].assign(inputs[0]->size(), at_layer(layer++, *inputs[0]));
    } else {
      tensors[node.output] = propagate(network, node, inputs, coefficients);
    }
    for (const std::size_t input : node.inputs) {
      if (--readers[input] == 0) Entries().swap(tensors[input]);
    }
  }
  return std::move(tensors[network.output]);
}

double largest(const Entries& entries) {
  return entries.empty() ? 0 : *std::max_element(entries.begin(), entries.end());
}

}  // namespace

NetworkScale scale_states(const Network& network, double kappa) {
  NetworkScale scale;
  (void)send_through(network, 0, Coefficients::absolute, [&](std::size_t, const Entries& row_sums) {
    scale.factors.push_back(1);
    scale.norm_a_inf = std::max(scale.norm_a_inf, largest(row_sums));
    return 1.0;
  });
  scale.scaled_norm_a_inf = scale.norm_a_inf;
  if (!positively_homogeneous(network.activation)) return scale;

  scale.scaled_norm_a_inf = 0;
  double previous = 1;
  (void)send_through(network, 0, Coefficients::absolute, [&](std::size_t layer, const Entries& row_sums) {
    const double norm = largest(row_sums);
    double& factor = scale.factors[layer];
    factor = norm * previous > kappa ? kappa * below_kappa / norm : previous;
    scale.scaled_norm_a_inf = std::max(scale.scaled_norm_a_inf, factor * norm);
    previous = factor;
    return 1 / factor;
  });
  return scale;
}

Index connection_count(const Network& network) {
  double count = 0;
  const auto add = [&](const Entries& arriving) {
    count = std::accumulate(arriving.begin(), arriving.end(), count);
  };
  add(send_through(network, 1, Coefficients::indicator, [&](std::size_t, const Entries& arriving) {
    add(arriving);
    return 1.0;
  }));
  if (has_bias(network)) {
    // One column of B and D holds the constants.
    for (const Index units : layer_units(network)) count += static_cast<double>(units);
    count += static_cast<double>(network.outputs());
  }
  constexpr auto most = static_cast<double>(std::numeric_limits<Index>::max() / 2);
  return static_cast<Index>(std::min(count, most));
}

}  // namespace simplicit
