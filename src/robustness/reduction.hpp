#pragma once

#include "robustness/linear_relaxation.hpp"

namespace simplicit {

/// The model of one sample over one box with all decided states eliminated, in single precision: what guides
/// the search for proofs and counterexamples. Proofs themselves are made on the model as stored.
///
/// With S the slope of each decided state P (1 where it is on, that of phi left of zero where it is off) and
/// U the undecided ones, T = A_UP S (I - A_PP S)^-1 gives
///
///     z_U = (A_UU + T A_PU) x_U + (B_U + T B_P) u,   c . x + d . u = c' . x_U + d' . u
///
/// with c', d' alike from t = c_P S (I - A_PP S)^-1. For phi that is not piecewise linear U is all states.
struct ReducedSystem {
  std::vector<Index> undecided, decided;  ///< positions in the system
  Columns<float> A;                       ///< (u x u)
  Columns<float> B;                       ///< (u x padded inputs)
  Columns<float> c;                       ///< (u x pairs) of the margins
  Columns<float> d;                       ///< (padded inputs x pairs)
  Eigen::VectorXf lower, upper;           ///< (u) bounds of z_U
  Eigen::VectorXf centre, radius;         ///< (padded inputs) the box
  Matrix lift;                            ///< T^T (decided x u)
  Matrix lift_constant;                   ///< t^T (decided x pairs)
  int sweeps = 1;                         ///< that solve x_U or its adjoint (nearly)

  [[nodiscard]] Index size() const { return static_cast<Index>(undecided.size()); }
  /// v (padded states) of the whole model from v_U (u) for a pair: v_P = t^T + T^T v_U.
  void lifted(const Eigen::Ref<const Eigen::VectorXf>& v, Index pair, Eigen::Ref<Vector> whole) const;
};

/// For column `column` of boxes and bounds and the margins of `pairs`.
[[nodiscard]] ReducedSystem reduced_system(const System& system, const InputBoxes& boxes,
                                           const StateBounds& bounds, Index column,
                                           const std::vector<ClassPair>& pairs);

}  // namespace simplicit
