#include "model/csr_group.hpp"
#include "model/rows_group.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/hdf5/format.hpp>
#include <simplicit/model/shared_model.hpp>
#include <simplicit/parallel/communicator.hpp>
#include <simplicit/system/temporary_output.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

constexpr const char* shared_format = "simplicit-model";
constexpr std::int64_t shared_version = 2;

[[noreturn]] void refuse_shared_model(const hdf5::File& file, const std::string& fault) {
  throw InputError(file.path() + ": " + fault);
}

std::string group_of(std::size_t op) {
  return fmt::format("layers/{:03}", op);
}

void read_attributes(const hdf5::File& file, SharedModel& model) {
  const std::int64_t version = file.integer_attribute("/", "format_version");
  if (version != shared_version) {
    refuse_shared_model(
        file, fmt::format("has format_version {}, version {} has shared rows", version, shared_version));
  }
  model.baseline_parameters = file.integer_attribute("/", "baseline_parameters");
  if (model.baseline_parameters < 1)
    refuse_shared_model(file, "attribute 'baseline_parameters' is not positive");
  model.kappa = file.real_attribute("/", "kappa");
  if (!(model.kappa > 0)) refuse_shared_model(file, "attribute 'kappa' is not positive");
  model.provenance = hdf5::read_provenance(file);
}

/// The numbers of the group, and those of the network, which holds them in float32.
void require_same(const hdf5::File& file, const std::string& what, double here, double in_network) {
  if (static_cast<float>(here) == static_cast<float>(in_network)) return;
  refuse_shared_model(file,
                      fmt::format("'{}' holds {} where dataset 'network' has {}", what, here, in_network));
}

OperatorWeights read_operator(const hdf5::File& file, const std::string& group, const WeightedOperator& op,
                              const OperatorWeights& in_network) {
  if (!file.has(group)) refuse_shared_model(file, "group '" + group + "' is missing");
  const std::string name = file.text_attribute(group, "name");
  if (name != op.name) {
    refuse_shared_model(
        file, fmt::format("group '{}' is named '{}', the network has '{}' there", group, name, op.name));
  }
  OperatorWeights weights;
  weights.W = read_csr_group(file, group + "/W");
  if (weights.W.rows() != op.channels || weights.W.cols() != op.taps()) {
    refuse_shared_model(file, fmt::format("'{}/W' is {} x {}, the network has {} x {} there", group,
                                          weights.W.rows(), weights.W.cols(), op.channels, op.taps()));
  }
  const Matrix here(weights.W);
  const Matrix there(in_network.W);
  for (Index tap = 0; tap < here.cols(); ++tap) {
    for (Index row = 0; row < here.rows(); ++row) {
      require_same(file, group + "/W", here(row, tap), there(row, tap));
    }
  }
  if (file.has(group + "/bias") != op.bias) {
    refuse_shared_model(file, fmt::format("'{}/bias' is {} although the network has {}", group,
                                          op.bias ? "missing" : "there", op.bias ? "one" : "none"));
  }
  if (!op.bias) return weights;
  require_list(file, group + "/bias", hdf5::Kind::floating, op.channels);
  const std::vector<double> bias = file.read_doubles(group + "/bias");
  for (std::size_t i = 0; i < bias.size(); ++i) {
    if (!std::isfinite(bias[i]))
      refuse_shared_model(file, "'" + group + "/bias' has a number that is not finite");
    require_same(file, group + "/bias", bias[i], in_network.bias[static_cast<Index>(i)]);
  }
  weights.bias = Eigen::Map<const Vector>(bias.data(), op.channels);
  return weights;
}

}  // namespace

bool is_shared_model(const std::string& path) {
  const hdf5::File file = hdf5::File::open(path);
  return file.has_attribute("/", "format") && file.has_attribute("/", "structure") &&
         file.text_attribute("/", "format") == shared_format &&
         file.text_attribute("/", "structure") == "shared";
}

bool is_shared_model(const std::string& path, const Communicator& ranks) {
  bool shared = false;
  on_root(ranks, [&] { shared = is_shared_model(path); });
  ranks.broadcast(shared);
  return shared;
}

SharedModel read_shared_model(const std::string& path) {
  const hdf5::File file = hdf5::File::open(path);
  SharedModel model;
  read_attributes(file, model);
  if (!file.has("network")) refuse_shared_model(file, "dataset 'network' is missing");
  model.network = layered_network(file.read_bytes("network"), path + ": dataset 'network'");
  LayeredNetwork& network = model.network;
  for (std::size_t i = 0; i < network.operators.size(); ++i) {
    network.weights[i] = read_operator(file, group_of(i), network.operators[i], network.weights[i]);
  }
  if (file.has(group_of(network.operators.size()))) {
    refuse_shared_model(file, fmt::format("group '{}' belongs to no operator: the network has {}",
                                          group_of(network.operators.size()), network.operators.size()));
  }
  for (const Layer& layer : network.layers) {
    model.rows.push_back(read_rows(file, group_of(layer.operators[0]) + "/rows", network.channels(layer)));
  }
  return model;
}

double SharedModel::objective() const {
  double sum = 0;
  for (const ImplicitModel::Rows& layer : rows) {
    for (const double primal : layer.primal) sum += primal;
  }
  return sum;
}

SharedModel read_shared_model(const std::string& path, const Communicator& ranks) {
  // Everybody reads for itself: the file is small, and the network is built on each rank anyway.
  SharedModel model;
  on_root(ranks, [&] { (void)hdf5::File::open(path); });
  agree(ranks, [&] { model = read_shared_model(path); });
  return model;
}

void write_shared_model(const SharedModel& model, const std::string& path) {
  const LayeredNetwork& network = model.network;
  SIMPLICIT_ASSERT(model.rows.size() == network.layers.size(), std::to_string(model.rows.size()));
  TemporaryOutput output(path);
  hdf5::File file = hdf5::File::create(output.temporary_path());
  hdf5::write_format(file, shared_format, shared_version);
  file.set_attribute("/", "structure", std::string("shared"));
  file.set_attribute("/", "kappa", model.kappa);
  file.set_attribute("/", "baseline_parameters", std::int64_t{model.baseline_parameters});
  hdf5::write_provenance(file, model.provenance);
  file.write_compressed_bytes("network", network.onnx);
  file.create_group("layers");
  for (std::size_t i = 0; i < network.operators.size(); ++i) {
    const std::string group = group_of(i);
    file.create_group(group);
    file.set_attribute(group, "name", network.operators[i].name);
    write_csr_group(file, group + "/W", network.weights[i].W);
    const Vector& bias = network.weights[i].bias;
    if (network.operators[i].bias) {
      file.write(group + "/bias", std::vector<double>(bias.begin(), bias.end()), {bias.size()});
    }
  }
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    for (const std::size_t i : network.layers[l].operators) {
      file.set_attribute(group_of(i), "layer", static_cast<std::int64_t>(l));
    }
    write_rows(file, group_of(network.layers[l].operators[0]) + "/rows", model.rows[l],
               network.channels(network.layers[l]));
  }
  file.close();
  output.commit();
}

}  // namespace simplicit
