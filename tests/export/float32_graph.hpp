#pragma once

#include "export/unrolled_graph.hpp"

#include <cmath>
#include <map>

namespace simplicit::test {

inline float apply_in_float32(Activation activation, float z) {
  switch (activation.kind) {
    case Activation::Kind::relu:
      return z > 0 ? z : 0;
    case Activation::Kind::leaky_relu:
      return z > 0 ? z : static_cast<float>(activation.slope) * z;
    case Activation::Kind::tanh:
      return std::tanh(z);
    case Activation::Kind::sigmoid:
      return 1 / (1 + std::exp(-z));
    case Activation::Kind::identity:
      break;
  }
  return z;
}

/// Y (q x m) of the steps for U (p x m), number by number in single precision: what any runtime computes, but
/// for the order of its sums.
inline Matrix run_in_float32(const UnrolledGraph& graph, Activation activation, const Matrix& U) {
  std::vector<std::vector<float>> weights;
  for (const WeightBlock& block : graph.blocks) weights.push_back(block.values());
  Matrix Y;
  for (Index sample = 0; sample < U.cols(); ++sample) {
    std::map<std::string, std::vector<float>> tensors;
    for (Index j = 0; j < U.rows(); ++j) tensors["u"].push_back(static_cast<float>(U(j, sample)));
    for (const UnrolledStep& step : graph.steps) {
      const std::size_t rows = step.products.empty()
                                   ? tensors[step.addends.front()].size()
                                   : graph.blocks[step.products.front().weights].rows.size();
      std::vector<float> result(rows, 0.0F);
      for (std::size_t i = 0; i < rows; ++i) {
        for (const UnrolledStep::Product& product : step.products) {
          const std::vector<float>& x = tensors.at(product.input);
          float sum = 0;
          for (std::size_t j = 0; j < x.size(); ++j) sum += weights[product.weights][i * x.size() + j] * x[j];
          result[i] += sum;
        }
        for (const std::string& addend : step.addends) result[i] += tensors.at(addend)[i];
        if (step.bias) result[i] += weights[*step.bias][i];
        if (step.activated) result[i] = apply_in_float32(activation, result[i]);
      }
      tensors[step.output] = result;
    }
    const std::vector<float>& y = tensors.at("y");
    if (Y.size() == 0) Y.resize(static_cast<Index>(y.size()), U.cols());
    for (std::size_t i = 0; i < y.size(); ++i) Y(static_cast<Index>(i), sample) = static_cast<double>(y[i]);
  }
  return Y;
}

}  // namespace simplicit::test
