#pragma once

#include "robustness/system.hpp"

namespace simplicit {

/// rho (n x k) with |A| rho + b <= rho in exact arithmetic, for b >= 0 (n x k); a column is infinite where
/// none was found.
///
/// Where a map moves by at most |A| |x - x^| + b away from x^, it takes {|x - x^| <= rho} into itself, and
/// its only fixed point lies there.
[[nodiscard]] Matrix enclosing_radii(const System& system, const Matrix& b);

}  // namespace simplicit
