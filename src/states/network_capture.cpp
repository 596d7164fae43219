#include <simplicit/base/error.hpp>
#include <simplicit/network/batch_forward.hpp>
#include <simplicit/network/state_norms.hpp>
#include <simplicit/states/network_capture.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace simplicit {
namespace {

using Samples = Eigen::Map<const Eigen::MatrixXf>;

ForwardPass forward_batch(BatchForward& network, const std::vector<Index>& units, Index outputs,
                          Activation activation, const Matrix& U) {
  std::vector<float> inputs(static_cast<std::size_t>(U.size()));
  Eigen::Map<Eigen::MatrixXf>(inputs.data(), U.rows(), U.cols()) = U.cast<float>();
  const BatchForward::Results results = network.run(inputs);
  ForwardPass pass;
  for (std::size_t k = 0; k < units.size(); ++k) {
    pass.Z.emplace_back(Samples(results.Z[k], units[k], U.cols()).cast<double>());
    pass.X.push_back(pass.Z.back());
    apply_in_place(activation, pass.X.back());
  }
  pass.Y = Samples(results.Y, outputs, U.cols()).cast<double>();
  return pass;
}

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
  const auto forward = std::make_shared<BatchForward>(network, captured.block, path);
  captured.forward = [forward, units = captured.units, outputs = captured.outputs,
                      activation = network.activation](const Matrix& U) {
    return forward_batch(*forward, units, outputs, activation, U);
  };
  return captured;
}

}  // namespace simplicit
