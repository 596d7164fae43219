#pragma once

#include <simplicit/baseline/mlp.hpp>

namespace simplicit {

/// Derivatives by the inputs, (p x k), of a function whose derivatives by the outputs are given (q x k), by
/// backpropagation through the layers of the pass (Rumelhart, Hinton, Williams 1986).
[[nodiscard]] Matrix input_gradient(const Mlp& mlp, const ForwardPass& pass, const Matrix& by_outputs);

}  // namespace simplicit
