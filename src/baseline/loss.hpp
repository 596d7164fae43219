#pragma once

#include "baseline/gemm.hpp"
#include <simplicit/base/activation.hpp>

#include <span>
#include <vector>

namespace simplicit {

/// Weights (out x in) and biases (out x 1; none, or one per layer) of a network being trained; also the shape
/// of its gradient and of the moments of Adam.
template <class Scalar>
struct Parameters {
  std::vector<Dense<Scalar>> weights;
  std::vector<Dense<Scalar>> biases;
};

/// Matrices kept from one batch to the next so that nothing is allocated in the training loop.
template <class Scalar>
struct BackpropagationWorkspace {
  std::vector<Dense<Scalar>> pre_activations;  ///< z_k of every layer, the outputs last
  std::vector<Dense<Scalar>> activations;      ///< x_{k+1} = phi(z_k) of the hidden layers
  Dense<Scalar> error;                         ///< derivative of the loss by z_k, (units x batch)
  Dense<Scalar> error_below;
};

struct BatchLoss {
  double loss = 0;    ///< mean over the batch of -log softmax(y)_label
  Index correct = 0;  ///< samples whose largest output is their label's
};

/// Mean softmax cross-entropy of the batch inputs (p x k), labels (k), and its gradient by backpropagation
/// (Rumelhart, Hinton, Williams 1986): d loss / d y = (softmax(y) - e_label) / k, then layer by layer
/// dW_k = error x_k^T, db_k = sum over the batch of error, error_below = W_k^T error * phi'(z_{k-1}).
template <class Scalar>
BatchLoss loss_and_gradient(const Parameters<Scalar>& parameters, Activation activation,
                            const Dense<Scalar>& inputs, std::span<const int> labels,
                            Parameters<Scalar>& gradient, BackpropagationWorkspace<Scalar>& workspace);

}  // namespace simplicit
