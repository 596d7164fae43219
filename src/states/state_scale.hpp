#pragma once

#include <simplicit/baseline/mlp.hpp>

#include <vector>

namespace simplicit {

// The baseline as an implicit model has A with the blocks W_k between hidden layers, so |A|_inf is the
// largest |W_k|_inf, k >= 1. For a positively homogeneous phi the states S x, S > 0 diagonal, describe the
// same network with S A S^-1; with one factor s_k a hidden layer the block W_k becomes (s_k / s_{k-1}) W_k.

/// max_i sum_j |W_ij|
[[nodiscard]] double norm_inf(const Matrix& W);

/// One factor a hidden layer, first layer first: s_1 = 1 and s_k = s_{k-1} min(1, kappa / |W_k|_inf), so that
/// |S A S^-1|_inf <= kappa. They follow from the weights and kappa alone. All ones where phi is not
/// positively homogeneous (tanh, sigmoid).
[[nodiscard]] std::vector<double> layer_factors(const Mlp& mlp, double kappa);

/// |S A S^-1|_inf of the baseline for these factors.
[[nodiscard]] double scaled_norm_a_inf(const Mlp& mlp, const std::vector<double>& factors);

/// The factors state by state (n), last hidden layer first as the columns of X are.
[[nodiscard]] Vector state_scale(const Mlp& mlp, const std::vector<double>& factors);

}  // namespace simplicit
