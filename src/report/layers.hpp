#pragma once

#include "report/comparison.hpp"
#include <simplicit/model/shared_model.hpp>
#include <simplicit/report/picture.hpp>

#include <string>
#include <vector>

namespace simplicit::report {

/// One layer of a network with shared rows: what it is, and how much of it stays.
struct LayerSize {
  std::string target;              ///< the tensor it feeds
  std::vector<std::string> kinds;  ///< of its operators
  Index nonzeros = 0;              ///< weights and biases that are not 0
  Index parameters = 0;            ///< weights and biases, zeros included

  [[nodiscard]] double share() const {
    return parameters > 0 ? static_cast<double>(nonzeros) / static_cast<double>(parameters) : 0;
  }
};

/// The layers in the order of execution.
[[nodiscard]] std::vector<LayerSize> layer_sizes(const SharedModel& model);

/// A line for each layer.
[[nodiscard]] Grid layers_grid(const SharedModel& model);

/// Weights and biases of every layer beside those that the network had, and the part kept.
[[nodiscard]] Picture layers_picture(const SharedModel& model, const std::string& file);

}  // namespace simplicit::report
