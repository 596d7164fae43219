#include "states/header_record.hpp"

#include <simplicit/states/activation_check.hpp>

namespace simplicit {

nlohmann::json record_of(const StatesHeader& header) {
  nlohmann::json record{{"samples", header.samples},
                        {"states", header.states},
                        {"inputs", header.inputs},
                        {"outputs", header.outputs},
                        {"single_precision", header.precision == Precision::float32},
                        {"activation", name_of(header.activation)},
                        {"bias", header.bias},
                        {"layer_sizes", header.layer_sizes},
                        {"has_labels", header.has_labels},
                        {"has_baseline", header.has_baseline},
                        {"has_network", header.has_network}};
  if (header.baseline_parameters) record["baseline_parameters"] = *header.baseline_parameters;
  if (header.baseline_connections) record["baseline_connections"] = *header.baseline_connections;
  if (header.state_scale) {
    record["state_scale"] = std::vector<double>(header.state_scale->begin(), header.state_scale->end());
  }
  return record;
}

StatesHeader header_from_record(const nlohmann::json& record, const std::string& path) {
  StatesHeader header;
  header.path = path;
  header.samples = record.at("samples");
  header.states = record.at("states");
  header.inputs = record.at("inputs");
  header.outputs = record.at("outputs");
  header.precision = record.at("single_precision") ? Precision::float32 : Precision::float64;
  header.activation = activation_from_name(record.at("activation"));
  header.bias = record.at("bias");
  header.layer_sizes = record.at("layer_sizes").get<std::vector<Index>>();
  header.has_labels = record.at("has_labels");
  header.has_baseline = record.at("has_baseline");
  header.has_network = record.at("has_network");
  if (record.contains("baseline_parameters")) header.baseline_parameters = record["baseline_parameters"];
  if (record.contains("baseline_connections")) header.baseline_connections = record["baseline_connections"];
  if (record.contains("state_scale")) {
    const std::vector<double> factors = record["state_scale"];
    header.state_scale = Eigen::Map<const Vector>(factors.data(), static_cast<Index>(factors.size()));
  }
  return header;
}

StatesHeader read_states_header(const std::string& path, const Communicator& ranks) {
  std::string record;
  on_root(ranks, [&] {
    const StatesHeader header = read_states_header(path);
    if (header.states > 0) check_activation(header);
    record = record_of(header).dump();
  });
  ranks.broadcast(record);
  return header_from_record(nlohmann::json::parse(record), path);
}

}  // namespace simplicit
