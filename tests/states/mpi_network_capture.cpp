#include "network/propagate.hpp"
#include "support/same_bits.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/baseline/distribute.hpp>
#include <simplicit/hdf5/file.hpp>
#include <simplicit/network/batch_forward.hpp>
#include <simplicit/network/state_norms.hpp>
#include <simplicit/states/network_capture.hpp>

#include <catch2/catch.hpp>
#include <support/networks.hpp>
#include <support/residual_networks.hpp>
#include <support/temporary_directory.hpp>

#include <cstring>
#include <optional>

using namespace simplicit;
using namespace simplicit::test;
using hdf5::File;

namespace {

constexpr Index planes = 2 * 7 * 6;

/// Nothing in a build without OpenCV.
std::optional<CapturedNetwork> captured(const Network& network, Precision precision) {
  try {
    return captured_network(network, nullptr, 0.9, precision, "residual");
  } catch (const InputError& without) {
    WARN(without.what());
    return std::nullopt;
  }
}

CaptureSummary capture_all(const Communicator& ranks, const CapturedNetwork& network,
                           const LabelledImages& data, Precision precision, const std::string& path) {
  const SampleShare part = distribute(ranks, ranks.is_root() ? data : LabelledImages{}, network.block);
  CapturedInputs inputs;
  inputs.samples = part.samples;
  inputs.total = part.total;
  inputs.labels = part.labels;
  inputs.read = [&](Index first, Index count) { return inputs_of(part.images, first, count); };
  CaptureSettings settings;
  settings.kappa = 0.9;
  settings.precision = precision;
  Index told = 0;
  settings.progress = [&](Index samples) {
    CHECK(samples > told);
    told = samples;
  };
  const CaptureSummary summary = capture(ranks, network, inputs, settings, path);
  if (ranks.is_root()) CHECK(told == data.images.samples);
  return summary;
}

/// Pre-activations of one sample by plain loops, last layer first, times the factors; then the outputs.
std::vector<double> reference(const Network& network, const std::vector<double>& factors,
                              const std::vector<double>& u) {
  std::vector<std::vector<double>> tensors(network.tensors.size());
  std::vector<double> states;
  tensors[network.input] = u;
  std::size_t layer = 0;
  for (const Node& node : network.nodes) {
    std::vector<const std::vector<double>*> inputs;
    for (const std::size_t i : node.inputs) inputs.push_back(&tensors[i]);
    std::vector<double>& output = tensors[node.output];
    if (!std::holds_alternative<Activate>(node.operation)) {
      output = propagate(network, node, inputs, Coefficients::plain);
      continue;
    }
    std::vector<double> scaled;
    for (const double z : *inputs[0]) {
      output.push_back(apply(network.activation, z));
      scaled.push_back(factors[layer] * z);
    }
    states.insert(states.begin(), scaled.begin(), scaled.end());
    ++layer;
  }
  const std::vector<double>& y = tensors[network.output];
  states.insert(states.end(), y.begin(), y.end());
  return states;
}

}  // namespace

TEST_CASE("states of a convolutional network are the same bits at any number of ranks") {
  const Communicator world = Communicator::world();
  const TemporaryDirectory directory(world);
  const Network network = residual_network(Activation::relu, 3);
  const auto through = captured(network, Precision::float32);
  if (!through) return;
  // Less than a batch, short last batches, several rounds a rank.
  for (const Index samples : {1, 63, 130, 2300}) {
    const LabelledImages data = random_images(samples, planes, 4, 2);
    const CaptureSummary all = capture_all(world, *through, data, Precision::float32, directory / "all.h5");
    if (!world.is_root()) continue;
    const CaptureSummary alone =
        capture_all(Communicator::self(), *through, data, Precision::float32, directory / "one.h5");
    CAPTURE(samples, world.size());
    CHECK(all.baseline_accuracy == alone.baseline_accuracy);
    for (const std::string name : {"U", "X", "Z", "Y", "labels", "state_scale"}) {
      CAPTURE(name);
      CHECK(same_bits(File::open(directory / "all.h5").read_doubles(name),
                      File::open(directory / "one.h5").read_doubles(name)));
    }
  }
}

TEST_CASE("states of a convolutional network are those of plain loops, rescaled, last layer first") {
  const Communicator world = Communicator::world();
  const TemporaryDirectory directory(world);
  for (const Precision precision : {Precision::float32, Precision::float64}) {
    const Network network = residual_network(Activation::leaky_relu, 5);
    const auto through = captured(network, precision);
    if (!through) return;
    const LabelledImages data = random_images(70, planes, 4, 3);
    (void)capture_all(world, *through, data, precision, directory / "states.h5");
    if (!world.is_root()) continue;
    const File file = File::open(directory / "states.h5");
    CHECK(file.integer_attribute("/", "baseline_connections") == connection_count(network));
    const Index n = through->states();
    const std::vector<double> U = file.read_doubles("U");
    const std::vector<double> Z = file.read_doubles("Z");
    const std::vector<double> X = file.read_doubles("X");
    const std::vector<double> Y = file.read_doubles("Y");
    for (const Index sample : {0, 41, 69}) {
      const std::vector<double> expected =
          reference(network, scale_states(network, 0.9).factors,
                    {U.begin() + sample * planes, U.begin() + (sample + 1) * planes});
      for (Index i = 0; i < n; ++i) {
        const auto entry = static_cast<std::size_t>(sample * n + i);
        const double z = expected[static_cast<std::size_t>(i)];
        CAPTURE(sample, i);
        CHECK(Z[entry] == Approx(z).epsilon(1e-5).margin(1e-6));
        CHECK(X[entry] == Approx(apply(network.activation, z)).epsilon(1e-5).margin(1e-6));
      }
      for (Index k = 0; k < 4; ++k) {
        CHECK(Y[static_cast<std::size_t>(sample * 4 + k)] ==
              Approx(expected[static_cast<std::size_t>(n + k)]).epsilon(1e-5).margin(1e-5));
      }
    }
  }
}
