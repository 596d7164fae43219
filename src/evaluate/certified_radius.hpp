#pragma once

#include "evaluate/sensitivity.hpp"

#include <vector>

namespace simplicit {

/// Radii within which no perturbation of the inputs changes the model's decision, in the inf norm and the
/// unit of the inputs.
///
/// For decision l the radius is the least over k of (y_l - y_k - e_lk) / S_lk, with S the pairwise
/// sensitivity and e_lk = |C_l - C_k|_1 * error_bound what the fixed point may still be off by; never below
/// 0. A sample with nothing to be confused with (one output) or no dependence on the inputs has an infinite
/// radius. Y is (q x k), error_bound (k).
[[nodiscard]] std::vector<double> certified_radii(const Matrix& Y, const Vector& error_bound,
                                                  const Sensitivity& sensitivity);

/// The middle of the sorted radii, the mean of the two middle ones for an even number; 0 for none.
[[nodiscard]] double median(std::vector<double> radii);

}  // namespace simplicit
