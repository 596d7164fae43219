#pragma once

#include "robustness/interval.hpp"
#include <simplicit/base/activation.hpp>

namespace simplicit {

/// Slopes s of lines that bound phi over the bounds of each state, (n x k) each: v_i = s_i g_i is a good
/// choice for the dual bound, `negative` where g_i < 0 (a line above phi), `positive` elsewhere (one below).
struct Relaxation {
  Matrix negative, positive;
};
[[nodiscard]] Relaxation relaxation(const System& system, const StateBounds& bounds);

/// min of g phi(z) - v z over lower <= z <= upper for tanh or sigmoid, to the rounding of a few operations:
/// at an end, or where phi'(z) = v / g.
[[nodiscard]] double smooth_minimum(Activation activation, double g, double v, double lower, double upper);

}  // namespace simplicit
