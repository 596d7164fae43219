#include "baseline/loss.hpp"

#include <simplicit/base/error.hpp>

#include <cmath>
#include <string>
#include <utility>

namespace simplicit {
namespace {

/// to(i) <- f(from(i)) with the commonest activation spelt out, so that it becomes vector code.
template <class Scalar>
void activate(Activation activation, const Dense<Scalar>& from, Dense<Scalar>& to) {
  if (activation == Activation::relu) {
    to = from.unaryExpr([](Scalar z) { return z <= 0 ? Scalar{0} : z; });
  } else {
    to = from.unaryExpr([activation](Scalar z) { return static_cast<Scalar>(apply(activation, double{z})); });
  }
}

template <class Scalar>
void multiply_by_derivative(Activation activation, const Dense<Scalar>& pre_activations,
                            Dense<Scalar>& error) {
  if (activation == Activation::relu) {
    error = error.binaryExpr(pre_activations, [](Scalar e, Scalar z) { return z > 0 ? e : Scalar{0}; });
  } else {
    error = error.binaryExpr(pre_activations, [activation](Scalar e, Scalar z) {
      return e * static_cast<Scalar>(derivative(activation, double{z}));
    });
  }
}

template <class Scalar>
void forward_layers(const Parameters<Scalar>& parameters, Activation activation, const Dense<Scalar>& inputs,
                    BackpropagationWorkspace<Scalar>& workspace) {
  const std::size_t layers = parameters.weights.size();
  workspace.pre_activations.resize(layers);
  workspace.activations.resize(layers - 1);
  for (std::size_t k = 0; k < layers; ++k) {
    const Dense<Scalar>& layer_input = k == 0 ? inputs : workspace.activations[k - 1];
    Dense<Scalar>& z = workspace.pre_activations[k];
    gemm(Transposed::no, Transposed::no, parameters.weights[k], layer_input, z);
    if (!parameters.biases.empty()) z.colwise() += parameters.biases[k].col(0);
    if (k + 1 < layers) activate(activation, z, workspace.activations[k]);
  }
}

/// The loss, and its derivative by the outputs in `error`.
template <class Scalar>
BatchLoss cross_entropy(const Dense<Scalar>& outputs, std::span<const int> labels, Dense<Scalar>& error) {
  BatchLoss batch;
  error.resize(outputs.rows(), outputs.cols());
  const auto samples = static_cast<double>(outputs.cols());
  for (Index j = 0; j < outputs.cols(); ++j) {
    const Index label = labels[static_cast<std::size_t>(j)];
    Index largest = 0;
    for (Index i = 1; i < outputs.rows(); ++i) {
      if (outputs(i, j) > outputs(largest, j)) largest = i;
    }
    const double shift = double{outputs(largest, j)};
    double sum = 0;
    for (Index i = 0; i < outputs.rows(); ++i) sum += std::exp(double{outputs(i, j)} - shift);
    for (Index i = 0; i < outputs.rows(); ++i) {
      const double probability = std::exp(double{outputs(i, j)} - shift) / sum;
      error(i, j) = static_cast<Scalar>((probability - (i == label ? 1.0 : 0.0)) / samples);
    }
    batch.loss += (std::log(sum) + shift - double{outputs(label, j)}) / samples;
    if (largest == label) ++batch.correct;
  }
  return batch;
}

template <class Scalar>
void backward_layers(const Parameters<Scalar>& parameters, Activation activation, const Dense<Scalar>& inputs,
                     Parameters<Scalar>& gradient, BackpropagationWorkspace<Scalar>& workspace) {
  gradient.weights.resize(parameters.weights.size());
  gradient.biases.resize(parameters.biases.size());
  for (std::size_t k = parameters.weights.size(); k-- > 0;) {
    const Dense<Scalar>& layer_input = k == 0 ? inputs : workspace.activations[k - 1];
    gemm(Transposed::no, Transposed::yes, workspace.error, layer_input, gradient.weights[k]);
    if (!parameters.biases.empty()) gradient.biases[k] = workspace.error.rowwise().sum();
    if (k == 0) break;
    gemm(Transposed::yes, Transposed::no, parameters.weights[k], workspace.error, workspace.error_below);
    multiply_by_derivative(activation, workspace.pre_activations[k - 1], workspace.error_below);
    std::swap(workspace.error, workspace.error_below);
  }
}

}  // namespace

template <class Scalar>
BatchLoss loss_and_gradient(const Parameters<Scalar>& parameters, Activation activation,
                            const Dense<Scalar>& inputs, std::span<const int> labels,
                            Parameters<Scalar>& gradient, BackpropagationWorkspace<Scalar>& workspace) {
  SIMPLICIT_ASSERT(static_cast<Index>(labels.size()) == inputs.cols(),
                   std::to_string(labels.size()) + " != " + std::to_string(inputs.cols()));
  forward_layers(parameters, activation, inputs, workspace);
  const BatchLoss batch = cross_entropy(workspace.pre_activations.back(), labels, workspace.error);
  backward_layers(parameters, activation, inputs, gradient, workspace);
  return batch;
}

template BatchLoss loss_and_gradient(const Parameters<float>&, Activation, const Dense<float>&,
                                     std::span<const int>, Parameters<float>&,
                                     BackpropagationWorkspace<float>&);
template BatchLoss loss_and_gradient(const Parameters<double>&, Activation, const Dense<double>&,
                                     std::span<const int>, Parameters<double>&,
                                     BackpropagationWorkspace<double>&);

}  // namespace simplicit
