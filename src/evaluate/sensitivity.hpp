#pragma once

#include <simplicit/infer/resolvent_bound.hpp>
#include <simplicit/model/implicit_model.hpp>

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

}  // namespace simplicit
