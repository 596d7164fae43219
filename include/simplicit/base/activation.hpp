#pragma once

#include <simplicit/base/types.hpp>

#include <string>
#include <utility>
#include <vector>

namespace simplicit {

/// Slope of leaky ReLU left of zero where nothing else is said.
inline constexpr double leaky_relu_slope = 0.01;

/// The componentwise, non-expansive function phi of the network.
struct Activation {
  enum class Kind { relu, leaky_relu, tanh, sigmoid, identity };

  Kind kind = Kind::relu;
  double slope = 0;  ///< left of zero, of leaky ReLU alone; in [-1, 1], or phi would be expansive

  static const Activation relu, leaky_relu, tanh, sigmoid, identity;
  /// Leaky ReLU of this slope; throws InputError when it is outside [-1, 1].
  [[nodiscard]] static Activation leaky(double slope);

  friend constexpr bool operator==(const Activation&, const Activation&) = default;
};
inline constexpr Activation Activation::relu{Kind::relu, 0};
inline constexpr Activation Activation::leaky_relu{Kind::leaky_relu, leaky_relu_slope};
inline constexpr Activation Activation::tanh{Kind::tanh, 0};
inline constexpr Activation Activation::sigmoid{Kind::sigmoid, 0};
inline constexpr Activation Activation::identity{Kind::identity, 0};

/// "relu", "leaky_relu", "leaky_relu(0.2)", "tanh", "sigmoid", "identity"; throws InputError naming them on
/// anything else.
[[nodiscard]] Activation activation_from_name(const std::string& name);
[[nodiscard]] std::string name_of(Activation activation);
/// The name without a slope.
[[nodiscard]] std::string kind_name(Activation activation);
/// The five with their usual slopes, by name.
[[nodiscard]] std::vector<std::pair<std::string, Activation>> activations_by_name();

/// Whether phi(s x) = s phi(x) for every s > 0, which lets states be rescaled.
[[nodiscard]] bool positively_homogeneous(Activation activation);

/// phi(z); a NaN stays a NaN.
[[nodiscard]] double apply(Activation activation, double z);
/// phi'(z); at a kink the derivative from the left.
[[nodiscard]] double derivative(Activation activation, double z);
/// Whether phi never falls, which leaky ReLU of a negative slope does.
[[nodiscard]] bool increasing(Activation activation);
/// phi'(z) from x = phi(z), which determines it where phi is increasing.
[[nodiscard]] double derivative_at_value(Activation activation, double x);
/// x <- phi(x), entry by entry, with the same bits as apply().
void apply_in_place(Activation activation, Eigen::Ref<Matrix> x);

}  // namespace simplicit
