#pragma once

#include <simplicit/model/implicit_model.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace simplicit {

/// How large a model is, beside the network it was made from. Connections repeat the weights of a convolution
/// at every position, so a share of the connections kept may hold more numbers than the network has
/// parameters.
struct ModelSize {
  Index nonzeros = 0;
  Index bytes = 0;                           ///< of A, B, C, D as a model file stores them
  std::optional<Index> baseline_parameters;  ///< weights and biases of the network
  std::optional<Index> baseline_bytes;       ///< of these in float32

  [[nodiscard]] bool larger_than_network() const {
    return baseline_parameters && nonzeros > *baseline_parameters;
  }
};

[[nodiscard]] ModelSize size_of(const ImplicitModel& model);

/// Adds `nonzeros`, `baseline_parameters` and `bytes` {`model`, `baseline`}; null where unknown.
void add_size(const ModelSize& size, nlohmann::json& record);

/// "5244 nonzeros (63.9 kB), the network has 52896 parameters (211.6 kB)"; says so when the model is the
/// larger one.
[[nodiscard]] std::string text_of(const ModelSize& size);

}  // namespace simplicit
