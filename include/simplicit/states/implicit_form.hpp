#pragma once

#include <simplicit/baseline/mlp.hpp>

#include <vector>

namespace simplicit {

/// The baseline written as x = phi(A x + B u), y = C x + D u, dense. With biases, B and D have one more
/// column, the last, for the constant 1.
struct ImplicitForm {
  Matrix A;  ///< (n x n), strictly block upper triangular
  Matrix B;  ///< (n x p (+1))
  Matrix C;  ///< (q x n)
  Matrix D;  ///< (q x p (+1)), zero but for the bias
};

/// The states are the hidden layers, the last one first, each multiplied with its factor (`factors` as from
/// layer_factors): El Ghaoui, Gu, Travacca, Askari, Tsai, "Implicit deep learning", arXiv 1908.06315,
/// section 3.2, with rescaled states. Its fixed point is the forward pass of the network.
[[nodiscard]] ImplicitForm exact_implicit_form(const Mlp& mlp, const std::vector<double>& factors);

}  // namespace simplicit
