#pragma once

#include <simplicit/model/implicit_model.hpp>

namespace simplicit {

/// The same function without states that depend on themselves, for phi = relu and identity; others are
/// returned as they are. x = phi(a x + t) with |a| < 1 is x = phi(t / (1 - a)), so that row i of A and B
/// loses a = A_ii and is divided by 1 - a. Iterations converge in fewer steps for it. Throws InputError when
/// an entry of the diagonal is not below 1 in absolute value.
[[nodiscard]] ImplicitModel solve_self_loops(ImplicitModel model);

}  // namespace simplicit
