#pragma once

#include <simplicit/base/activation.hpp>

namespace simplicit {

/// min of g phi(z) - v z over lower <= z <= upper for tanh or sigmoid, to the rounding of a few operations:
/// at an end, or where phi'(z) = v / g.
[[nodiscard]] double smooth_minimum(Activation activation, double g, double v, double lower, double upper);

}  // namespace simplicit
