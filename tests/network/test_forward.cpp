#include "network/propagate.hpp"
#include <simplicit/network/batch_forward.hpp>

#include <catch2/catch.hpp>
#include <support/residual_networks.hpp>

#include <optional>

using namespace simplicit;
using namespace simplicit::test;

TEST_CASE("OpenCV's forward pass agrees with plain loops before every activation and at the output") {
  for (const Activation activation :
       {Activation::relu, Activation::leaky_relu, Activation::tanh, Activation::sigmoid}) {
    const Network network = residual_network(activation, 7);
    constexpr Index batch = 3;
    RandomStream random(1, 400);
    const std::vector<float> U = random_floats(random, batch * network.inputs());
    std::optional<BatchForward> forward;
    try {
      forward.emplace(network, batch, "residual");
    } catch (const std::exception& without) {
      WARN(without.what());
      return;
    }
    const BatchForward::Results results = forward->run(U);
    for (Index sample = 0; sample < batch; ++sample) {
      std::vector<std::vector<double>> tensors(network.tensors.size());
      tensors[0].assign(U.begin() + sample * network.inputs(), U.begin() + (sample + 1) * network.inputs());
      std::size_t layer = 0;
      for (const Node& node : network.nodes) {
        std::vector<const std::vector<double>*> inputs;
        for (const std::size_t i : node.inputs) inputs.push_back(&tensors[i]);
        if (!std::holds_alternative<Activate>(node.operation)) {
          tensors[node.output] = propagate(network, node, inputs, Coefficients::plain);
          continue;
        }
        const std::size_t units = inputs[0]->size();
        for (std::size_t i = 0; i < units; ++i) {
          const double z = (*inputs[0])[i];
          CAPTURE(name_of(activation), sample, layer, i);
          CHECK(results.Z[layer][static_cast<std::size_t>(sample) * units + i] ==
                Approx(z).epsilon(1e-5).margin(1e-5));
          tensors[node.output].push_back(apply(activation, z));
        }
        ++layer;
      }
      for (std::size_t i = 0; i < 4; ++i) {
        CHECK(results.Y[static_cast<std::size_t>(sample) * 4 + i] ==
              Approx(tensors[network.output][i]).epsilon(1e-5).margin(1e-5));
      }
    }
  }
}
