#include <simplicit/base/error.hpp>
#include <simplicit/layers/graph_run.hpp>
#include <simplicit/network/batch_forward.hpp>
#include <simplicit/network/state_norms.hpp>
#include <simplicit/states/network_capture.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace simplicit {
namespace {

using Samples = Eigen::Map<const Eigen::MatrixXf>;

/// Samples whose states in double fill about 32 KiB, so that they stay in the cache until they are stored.
Index samples_at_once(Index units) {
  constexpr Index numbers_at_once = 4096;
  return std::max<Index>(numbers_at_once / units, 1);
}

/// The forward pass with what it needs from batch to batch.
struct Forward {
  BatchForward network;
  std::vector<Index> units;
  Index outputs;
  Activation activation;
  std::vector<float> U;

  Forward(const Network& from, Index batch, const std::string& path)
      : network(from, batch, path),
        units(layer_units(from)),
        outputs(from.outputs()),
        activation(from.activation),
        U(static_cast<std::size_t>(from.inputs() * batch)) {}

  Matrix operator()(const Matrix& inputs, const PutLayer& put) {
    const Index batch = inputs.cols();
    Eigen::Map<Eigen::MatrixXf>(U.data(), inputs.rows(), batch) = inputs.cast<float>();
    const BatchForward::Results results = network.run(U);
    for (std::size_t k = 0; k < units.size(); ++k) {
      const Samples computed(results.Z[k], units[k], batch);
      const Index at_once = samples_at_once(units[k]);
      for (Index first = 0; first < batch; first += at_once) {
        const Matrix Z = computed.middleCols(first, std::min(at_once, batch - first)).cast<double>();
        Matrix X = Z;
        apply_in_place(activation, X);
        put(k, first, Z, X);
      }
    }
    return Samples(results.Y, outputs, batch).cast<double>();
  }
};

/// Deep networks may need factors so small that the scaled states vanish.
void require_representable(const NetworkScale& scale, Precision precision, const std::string& path) {
  const double least = precision == Precision::float32 ? 1e-30 : 1e-140;
  const double smallest = *std::min_element(scale.factors.begin(), scale.factors.end());
  if (smallest >= least) return;
  const std::string advice =
      precision == Precision::float32 ? "use --precision float64" : "the network is too deep for this kappa";
  throw InputError(fmt::format("{}: the factors of the states fall to {:.1e}: {}", path, smallest, advice));
}

}  // namespace

CapturedNetwork captured_network(const Network& network, const Mlp* mlp, double kappa, Precision precision,
                                 const std::string& path) {
  const NetworkScale scale = scale_states(network, kappa);
  require_representable(scale, precision, path);
  CapturedNetwork captured;
  captured.inputs = network.inputs();
  captured.outputs = network.outputs();
  captured.units = layer_units(network);
  captured.factors = scale.factors;
  captured.norm_a_inf = scale.norm_a_inf;
  captured.scaled_norm_a_inf = scale.scaled_norm_a_inf;
  captured.activation = network.activation;
  captured.bias = has_bias(network);
  captured.parameters = parameter_count(network);
  captured.connections = connection_count(network);
  captured.mlp = mlp;
  captured.block = batch_size(network);
  captured.forward_bytes = forward_bytes(network, captured.block);
  captured.forward = [forward = std::make_shared<Forward>(network, captured.block, path)](
                         const Matrix& U, const PutLayer& put) { return (*forward)(U, put); };
  return captured;
}

CapturedNetwork captured_inputs(const std::string& onnx, const std::string& path) {
  const LayeredNetwork network = layered_network(onnx, path);
  CapturedNetwork captured;
  captured.inputs = network.inputs();
  captured.outputs = network.outputs();
  captured.bias = std::ranges::any_of(network.operators, &WeightedOperator::bias);
  captured.parameters = network.parameters();
  captured.onnx = onnx;
  captured.block = batch_size(network);
  captured.forward_bytes =
      static_cast<std::size_t>(2 * captured.block * network.tensor_entries() + 3 * network.parameters()) *
      sizeof(float);
  const auto run = std::make_shared<GraphRun>(network, std::vector<std::string>{network.input},
                                              std::vector<std::string>{network.output}, captured.block, path);
  captured.forward = [run, q = network.outputs(), path](const Matrix& U, const PutLayer&) {
    const Eigen::MatrixXf inputs = U.cast<float>();
    const float* outputs = run->run({inputs.data()})[0];
    Matrix Y = Eigen::Map<const Eigen::MatrixXf>(outputs, q, U.cols()).cast<double>();
    if (!Y.allFinite()) throw InputError(path + ": the network's outputs are not finite on these samples");
    return Y;
  };
  return captured;
}

CapturedNetwork without_states(const CapturedNetwork& network) {
  CapturedNetwork captured = network;
  captured.units.clear();
  captured.factors.clear();
  captured.connections.reset();
  captured.forward = [forward = network.forward](const Matrix& U, const PutLayer&) {
    return forward(U, [](std::size_t, Index, const Matrix&, const Matrix&) {});
  };
  return captured;
}

}  // namespace simplicit
