#pragma once

#include "robustness/open_sample.hpp"
#include "robustness/reduction.hpp"

namespace simplicit {

/// Looks for a counterexample by descending the margins of the reduced model along the signs of their
/// derivatives, from the middle of the box and from random corners (drawn from `seed`).
[[nodiscard]] std::optional<Vector> vertex_attack(const OpenSample& sample, const ReducedSystem& reduced,
                                                  std::uint64_t seed);

}  // namespace simplicit
