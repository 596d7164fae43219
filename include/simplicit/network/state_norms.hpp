#pragma once

#include <simplicit/network/network.hpp>

#include <vector>

namespace simplicit {

/// How the states of a network are scaled, and what that does to ‖A‖∞ of its exact implicit form.
struct NetworkScale {
  std::vector<double> factors;   ///< one per layer, first layer first, positive
  double norm_a_inf = 0;         ///< ‖A‖∞ with all factors 1
  double scaled_norm_a_inf = 0;  ///< ‖S A S⁻¹‖∞
};

/// One factor s_k a layer. The row sums t_k of |A| S⁻¹ that feed layer k come from sending 1/s_j out of every
/// earlier layer j through the affine operations with |weights|, skip connections included; then
/// s_k = min(s_{k-1}, kappa / max t_k), so that ‖S A S⁻¹‖∞ <= kappa. For a multilayer perceptron these are
/// layer_factors(). Where several paths join the same two states, the sum of their absolute values bounds the
/// entry of A, so the norms are upper bounds there and exact elsewhere. All ones where phi is not positively
/// homogeneous (tanh, sigmoid).
[[nodiscard]] NetworkScale scale_states(const Network& network, double kappa);

/// Nonzeros of [A B; C D] in the network's exact implicit form, constants included; where several paths join
/// the same two entries each path counts.
[[nodiscard]] Index connection_count(const Network& network);

}  // namespace simplicit
