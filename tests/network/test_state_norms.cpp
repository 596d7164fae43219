#include "network/propagate.hpp"
#include <simplicit/network/state_norms.hpp>

#include <catch2/catch.hpp>
#include <support/residual_networks.hpp>

using namespace simplicit;
using namespace simplicit::test;

namespace {

using Entries = std::vector<double>;

/// What arrives at every layer, first layer first, and at the output, when `sources` leave the layers and the
/// input is zero: linear, constants removed.
std::vector<Entries> linear_response(const Network& network, const std::vector<Entries>& sources,
                                     const Entries& input) {
  std::vector<Entries> tensors(network.tensors.size());
  std::vector<Entries> arriving;
  tensors[network.input] = input;
  for (Node node : network.nodes) {
    if (auto* layer = std::get_if<Convolution>(&node.operation)) layer->bias.clear();
    if (auto* layer = std::get_if<Dense>(&node.operation)) layer->bias.clear();
    if (auto* layer = std::get_if<ChannelScale>(&node.operation)) layer->shift.clear();
    std::vector<const Entries*> inputs;
    for (const std::size_t i : node.inputs) inputs.push_back(&tensors[i]);
    if (std::holds_alternative<Activate>(node.operation)) {
      arriving.push_back(*inputs[0]);
      tensors[node.output] = sources[arriving.size() - 1];
    } else {
      tensors[node.output] = propagate(network, node, inputs, Coefficients::plain);
    }
  }
  arriving.push_back(tensors[network.output]);
  return arriving;
}

/// [A; C] column by column: what a one in a state and zeros elsewhere does to the states, first layer first,
/// and to the outputs. With from_inputs [B; D] instead.
Matrix columns_of_form(const Network& network, bool from_inputs) {
  const std::vector<Index> units = layer_units(network);
  Index n = 0;
  for (const Index layer : units) n += layer;
  const Index columns = from_inputs ? network.inputs() : n;
  Matrix form(n + network.outputs(), columns);
  for (Index j = 0; j < columns; ++j) {
    std::vector<Entries> sources;
    Index first = 0;
    for (const Index layer : units) {
      sources.emplace_back(static_cast<std::size_t>(layer), 0.0);
      if (!from_inputs && j >= first && j < first + layer)
        sources.back()[static_cast<std::size_t>(j - first)] = 1;
      first += layer;
    }
    Entries input(static_cast<std::size_t>(network.inputs()), 0.0);
    if (from_inputs) input[static_cast<std::size_t>(j)] = 1;
    Index row = 0;
    for (const Entries& part : linear_response(network, sources, input)) {
      for (const double entry : part) form(row++, j) = entry;
    }
  }
  return form;
}

Vector stacked_factors(const Network& network, const std::vector<double>& factors) {
  const std::vector<Index> units = layer_units(network);
  std::vector<double> all;
  for (std::size_t k = 0; k < units.size(); ++k) {
    all.insert(all.end(), static_cast<std::size_t>(units[k]), factors[k]);
  }
  return Eigen::Map<Vector>(all.data(), static_cast<Index>(all.size()));
}

}  // namespace

TEST_CASE("the scaled A of a residual network, built column by column, has the norm kappa") {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    for (const double kappa : {0.5, 0.95}) {
      const Network network = residual_network(Activation::relu, seed);
      const NetworkScale scale = scale_states(network, kappa);
      const Matrix form = columns_of_form(network, false);
      const Index n = form.cols();
      const Vector s = stacked_factors(network, scale.factors);
      const Matrix A = form.topRows(n);
      const Matrix scaled = s.asDiagonal() * A * s.cwiseInverse().asDiagonal();
      const double norm = scaled.cwiseAbs().rowwise().sum().maxCoeff();
      CAPTURE(seed, kappa);
      CHECK(norm <= kappa);
      CHECK(norm == Approx(kappa).epsilon(1e-9));
      CHECK(scale.scaled_norm_a_inf == Approx(norm).epsilon(1e-12));
      CHECK(scale.norm_a_inf == Approx(A.cwiseAbs().rowwise().sum().maxCoeff()).epsilon(1e-12));
    }
  }
}

TEST_CASE("connections are the nonzeros of the exact form") {
  const Network network = residual_network(Activation::relu, 1);
  const Matrix of_states = columns_of_form(network, false);
  const Matrix of_inputs = columns_of_form(network, true);
  const Index constants = of_states.rows();
  CHECK(connection_count(network) ==
        (of_states.array() != 0).count() + (of_inputs.array() != 0).count() + constants);
}

TEST_CASE("tanh networks keep their states") {
  const NetworkScale scale = scale_states(residual_network(Activation::tanh, 1), 0.95);
  CHECK(scale.factors == std::vector<double>{1, 1, 1});
  CHECK(scale.scaled_norm_a_inf > 0.95);
}
