#include "baseline/adam.hpp"

#include <cmath>

namespace simplicit {
namespace {

constexpr double beta1 = 0.9;
constexpr double beta2 = 0.999;
constexpr float least_root = 1e-8F;  ///< epsilon of the algorithm

std::vector<Dense<float>> zeros_like(const std::vector<Dense<float>>& shapes) {
  std::vector<Dense<float>> zeros;
  for (const Dense<float>& shape : shapes) zeros.emplace_back(Dense<float>::Zero(shape.rows(), shape.cols()));
  return zeros;
}

struct Rates {
  float step;         ///< learning rate over the bias correction of the first moment
  float second_root;  ///< square root of the bias correction of the second moment
};

void update(const std::vector<Dense<float>>& gradient, const Rates& rates, std::vector<Dense<float>>& first,
            std::vector<Dense<float>>& second, std::vector<Dense<float>>& values) {
  constexpr auto b1 = static_cast<float>(beta1);
  constexpr auto b2 = static_cast<float>(beta2);
  for (std::size_t k = 0; k < values.size(); ++k) {
    const auto g = gradient[k].array();
    first[k].array() = b1 * first[k].array() + (1 - b1) * g;
    second[k].array() = b2 * second[k].array() + (1 - b2) * g.square();
    values[k].array() -=
        rates.step * first[k].array() / (second[k].array().sqrt() / rates.second_root + least_root);
  }
}

}  // namespace

Adam::Adam(const Parameters<float>& parameters)
    : first_moment_{zeros_like(parameters.weights), zeros_like(parameters.biases)},
      second_moment_(first_moment_) {}

void Adam::step(const Parameters<float>& gradient, double learning_rate, Parameters<float>& parameters) {
  const auto t = static_cast<double>(++steps_);
  const Rates rates{static_cast<float>(learning_rate / (1 - std::pow(beta1, t))),
                    static_cast<float>(std::sqrt(1 - std::pow(beta2, t)))};
  update(gradient.weights, rates, first_moment_.weights, second_moment_.weights, parameters.weights);
  update(gradient.biases, rates, first_moment_.biases, second_moment_.biases, parameters.biases);
}

}  // namespace simplicit
