#include "baseline/adversarial_inputs.hpp"

#include "baseline/gemm.hpp"

#include <algorithm>

namespace simplicit {
namespace {

constexpr float step_of_epsilon = 1.25F;

// v within epsilon of u and within [0, 1].
float brought_back(float v, float u, float epsilon) {
  return std::clamp(std::clamp(v, u - epsilon, u + epsilon), 0.0F, 1.0F);
}

}  // namespace

void move_against(const Parameters<float>& parameters, Activation activation, std::span<const int> labels,
                  double epsilon, RandomStream& random, Parameters<float>& gradient,
                  BackpropagationWorkspace<float>& workspace, Dense<float>& inputs) {
  const auto radius = static_cast<float>(epsilon);
  const Dense<float> start = inputs.unaryExpr([&](float u) {
    const auto part = static_cast<float>(2 * random.uniform() - 1);
    return brought_back(u + radius * part, u, radius);
  });
  loss_and_gradient(parameters, activation, start, labels, gradient, workspace);
  // What is left in the workspace is the derivative by the pre-activations of the first layer.
  Dense<float> by_inputs;
  gemm(Transposed::yes, Transposed::no, parameters.weights.front(), workspace.error, by_inputs);
  for (Index k = 0; k < inputs.size(); ++k) {
    const float slope = by_inputs.data()[k];
    const float step = slope > 0 ? step_of_epsilon * radius : slope < 0 ? -step_of_epsilon * radius : 0;
    inputs.data()[k] = brought_back(start.data()[k] + step, inputs.data()[k], radius);
  }
}

}  // namespace simplicit
