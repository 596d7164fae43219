#pragma once

#include "robustness/system.hpp"
#include <simplicit/robustness/perturbation.hpp>

namespace simplicit {

/// The inputs an adversary may choose, one box a column, rounded outward; padded_inputs rows, the constant of
/// a bias the point 1. The box is a little larger than what epsilon allows, never smaller.
struct InputBoxes {
  Matrix centre, radius;                        ///< |u - centre| <= radius
  Matrix largest;                               ///< |u| <= largest
  Columns<float> centre_single, radius_single;  ///< rounded, which the error of a bound accounts for

  [[nodiscard]] Index count() const { return centre.cols(); }
};

/// U (p x k) without the constant, epsilon (k).
[[nodiscard]] InputBoxes boxes_around(const System& system, const Perturbation& perturbation, const Matrix& U,
                                      const Vector& epsilon);

/// u (p) moved into the box of one sample rounded inward: whatever lies there is allowed in exact arithmetic.
void bring_inside(const Perturbation& perturbation, const Eigen::Ref<const Vector>& at, double epsilon,
                  Eigen::Ref<Vector> u);

/// U with the constant input and padding.
[[nodiscard]] Matrix padded_inputs_of(const System& system, const Matrix& U);

}  // namespace simplicit
