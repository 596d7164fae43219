#pragma once

#include <simplicit/export/unrolling_bound.hpp>

namespace simplicit {

/// What single precision adds to the error of unrolled iterations, however many and in whatever order their
/// sums are formed: inputs and weights are rounded to float32 and so is every operation. With u = 2^-24 and
/// gamma_k = k u / (1 - k u) a sum of k rounded terms is off by at most gamma_k times the sum of their
/// absolute values (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 3.1), and what
/// enters the states is handed on by at most (I - |A|)^-1. tanh and sigmoid are taken as accurate to 4 u.
/// Overflow and underflow apart. `additions`: how many partial sums one sum is made of, at most.
[[nodiscard]] ErrorBound float32_bound(const ImplicitModel& model, double input_bound, Index additions);

}  // namespace simplicit
