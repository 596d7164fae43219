#pragma once

#include <simplicit/base/activation.hpp>
#include <simplicit/base/types.hpp>

#include <string>
#include <vector>

namespace simplicit {

/// A feed-forward network: z_k = W_k x_k (+ b_k), x_{k+1} = phi(z_k), x_0 = u; the last layer has no phi.
struct Mlp {
  std::vector<Matrix> weights;  ///< W_0 first, each (out x in)
  std::vector<Vector> biases;   ///< one (out) a layer, or none at all
  Activation activation = Activation::relu;

  [[nodiscard]] bool bias() const { return !biases.empty(); }
  [[nodiscard]] Index inputs() const { return weights.front().cols(); }
  [[nodiscard]] Index outputs() const { return weights.back().rows(); }
  /// Number of hidden layers; layer k has weights[k].rows() units.
  [[nodiscard]] std::size_t hidden_layers() const { return weights.size() - 1; }
  /// All hidden units together.
  [[nodiscard]] Index states() const;
  /// Weights and biases together.
  [[nodiscard]] Index parameter_count() const;
};

/// Empty when the network is usable: a hidden layer at least, layers that fit each other, biases for all
/// layers or none, only finite numbers. Otherwise what is wrong, naming W0, b0, ...
[[nodiscard]] std::string fault_of(const Mlp& mlp);

/// What every layer saw and did for a block of k samples.
struct ForwardPass {
  std::vector<Matrix> Z;  ///< pre-activations of hidden layer 1, 2, ..., each (units x k)
  std::vector<Matrix> X;  ///< activations phi(Z) of the same layers
  Matrix Y;               ///< outputs (q x k)
};
/// U (p x k) is one input per column. A column's result depends on that column and on k only.
[[nodiscard]] ForwardPass forward(const Mlp& mlp, const Matrix& U);

/// Row of the largest output of every column; the first one where several are equal.
[[nodiscard]] std::vector<int> predictions(const Matrix& Y);

/// Derivatives by the inputs, (p x k), of a function whose derivatives by the outputs are given (q x k), by
/// backpropagation through the layers of the pass (Rumelhart, Hinton, Williams 1986).
[[nodiscard]] Matrix input_gradient(const Mlp& mlp, const ForwardPass& pass, const Matrix& by_outputs);

}  // namespace simplicit
