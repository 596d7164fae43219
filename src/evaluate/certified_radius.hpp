#pragma once

#include <simplicit/infer/resolvent_bound.hpp>
#include <simplicit/model/implicit_model.hpp>

#include <vector>

namespace simplicit {

/// How far the outputs can move when every input moves by at most epsilon (proven upper bounds).
///
/// |y - y'| <= (|C| (I - |A|)^-1 |B| + |D|) |u - u'| for any two inputs (El Ghaoui et al., Implicit Deep
/// Learning, section 4). All factors are non-negative, so row sums need only r = (I - |A|)^-1 (|B| 1), and
/// the constant input of a bias, which nobody perturbs, is left out.
struct Sensitivity {
  Vector output;           ///< (q) row sums: |y_l - y'_l| <= output_l |u - u'|_inf
  Matrix pairwise;         ///< (q x q) |(y_l - y_k) - (y'_l - y'_k)| <= pairwise_lk |u - u'|_inf
  Matrix margin_of_state;  ///< (q x q) |C_l - C_k|_1: what an error of 1 in every state does to y_l - y_k
  /// ‖ |C| (I - |A|)^-1 |B| + |D| ‖_inf
  [[nodiscard]] double inf_norm() const { return output.maxCoeff(); }
};

[[nodiscard]] Sensitivity sensitivity(const ImplicitModel& model, const ResolventBound& resolvent);

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
