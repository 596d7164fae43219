#pragma once

#include <simplicit/layers/layered_network.hpp>
#include <simplicit/model/implicit_model.hpp>

#include <nlohmann/json.hpp>

#include <limits>
#include <string>
#include <vector>

namespace simplicit {

/// A network trained layer after layer with one row per channel, shared by all positions: the network as it
/// came, with sparse weights.
struct SharedModel {
  LayeredNetwork network;                 ///< with the trained weights
  std::vector<ImplicitModel::Rows> rows;  ///< certificates, one table per layer, one entry per channel
  Index baseline_parameters = 0;          ///< weights and biases of the network as it came
  double kappa = std::numeric_limits<double>::infinity();  ///< bound on |w|_1 over taps that read states
  nlohmann::json provenance;

  [[nodiscard]] Index nonzeros() const { return network.nonzeros(); }
  /// Sum of the primal objective over all rows.
  [[nodiscard]] double objective() const;
  /// All nonzeros of weights and biases over baseline_parameters.
  [[nodiscard]] double kept() const {
    return static_cast<double>(nonzeros()) / static_cast<double>(baseline_parameters);
  }
};

// The file: root attributes `format` = "simplicit-model", `format_version` = 2, `structure` = "shared",
// `kappa`, `baseline_parameters`, `provenance`; uint8 dataset `network`, an ONNX model with the new weights
// in float32; groups `layers/000`, `layers/001`, ..., one for each weighted operator in the order of
// execution, with attributes `name` and `layer`, the weights as CSR group `W` (channels x taps), dataset
// `bias` (channels) where there is one, and group `rows` (as in the other model files) in the first operator
// of each layer.

/// Whether the file is a model with shared rows; false for anything else that can be opened. Throws
/// InputError when it cannot be opened.
[[nodiscard]] bool is_shared_model(const std::string& path);
/// The same found out by root (collective).
[[nodiscard]] bool is_shared_model(const std::string& path, const Communicator& ranks);

/// Reads a model file; throws InputError naming file, dataset and fault: the network is read as any ONNX file
/// is, and names, sizes and weights of the groups must be those of its operators.
[[nodiscard]] SharedModel read_shared_model(const std::string& path);
/// The same on root, agreed on and sent to all ranks (collective).
[[nodiscard]] SharedModel read_shared_model(const std::string& path, const Communicator& ranks);
/// Writes under a temporary name and renames; throws SystemError when the disk does not take it.
void write_shared_model(const SharedModel& model, const std::string& path);

}  // namespace simplicit
