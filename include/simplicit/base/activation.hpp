#pragma once

#include <simplicit/base/types.hpp>

#include <string>
#include <utility>
#include <vector>

namespace simplicit {

/// The componentwise, non-expansive function phi of the network.
enum class Activation { relu, leaky_relu, tanh, sigmoid, identity };

/// Slope of leaky ReLU left of zero.
inline constexpr double leaky_relu_slope = 0.01;

/// "relu", "leaky_relu", "tanh", "sigmoid", "identity"; throws InputError naming the five on anything else.
[[nodiscard]] Activation activation_from_name(const std::string& name);
[[nodiscard]] std::string name_of(Activation activation);
/// All five with their names.
[[nodiscard]] std::vector<std::pair<std::string, Activation>> activations_by_name();

/// Whether phi(s x) = s phi(x) for every s > 0, which lets states be rescaled.
[[nodiscard]] bool positively_homogeneous(Activation activation);

/// phi(z); a NaN stays a NaN.
[[nodiscard]] double apply(Activation activation, double z);
/// phi'(z); at a kink the derivative from the left.
[[nodiscard]] double derivative(Activation activation, double z);
/// phi'(z) from x = phi(z), which determines it for all five.
[[nodiscard]] double derivative_at_value(Activation activation, double x);
/// x <- phi(x), entry by entry, with the same bits as apply().
void apply_in_place(Activation activation, Eigen::Ref<Matrix> x);

}  // namespace simplicit
