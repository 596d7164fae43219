#pragma once

#include "robustness/interval.hpp"

namespace simplicit {

// The dual bound. Let lower <= z(u) <= upper for every u of a box. For c (n), d (p) and any v (n), with
// g = c + A^T v and w = d + B^T v,
//
//     c . x + d . u >= F(v) = sum_i m_i + w . centre - |w| . radius,
//     m_i = min over lower_i <= z <= upper_i of g_i phi(z) - v_i z,
//
// because v . (A x + B u - z) = 0 may be added to the left side and the sum then falls apart. Nothing is
// assumed of A or v: a v that solves nothing exactly, or has been rounded, gives a bound all the same.

/// Bounds of the states of some samples or domains as the dual bound reads them, padded_states rows.
template <class Scalar>
struct Regions {
  Columns<Scalar> lower, upper, phi_lower, phi_upper;
  Columns<Scalar> kink;  ///< 0 where the bounds have different signs, infinite elsewhere
  /// Slopes of the relaxation where a coefficient is negative (an upper bound on phi is needed) and where
  /// not.
  Columns<Scalar> negative, positive;
  Columns<Scalar> magnitude;  ///< |A| |x| + |B| |u| + |z| at most
  Vector largest;             ///< one per column: the largest |x|, |z| and |u|

  [[nodiscard]] Ends<Scalar> ends(Index column) const {
    return {lower.col(column).data(), upper.col(column).data(), phi_lower.col(column).data(),
            phi_upper.col(column).data(), kink.col(column).data()};
  }
};

/// The relaxation is that of CROWN (Zhang et al., arXiv 1811.00866): the chord above, 0 or 1 below for ReLU.
template <class Scalar>
[[nodiscard]] Regions<Scalar> regions_of(const System& system, const InputBoxes& boxes,
                                         const DrivenBounds& driven, const StateBounds& bounds);

/// Functions c . x + d . u to bound from below, one a lane, each over the region and the box of its column; a
/// single box is that of all lanes.
/// A lane with a unit bounds sign * z_state instead, which is c = sign A_state, d = sign B_state.
template <class Scalar>
struct Lanes {
  struct Unit {
    Index state;
    Scalar sign;
  };
  std::vector<Index> column;  ///< of the regions and boxes
  std::vector<Unit> units;    ///< one a lane, or none at all
  Columns<Scalar> c;          ///< (padded_states x lanes), zero with units
  Columns<Scalar> d;          ///< (padded_inputs x lanes), or empty for zero
  Vector head;                ///< |c| |x| + |d| |u| at most; 0 with units
  Columns<Scalar> G, V;       ///< (padded_states x lanes) g and v

  [[nodiscard]] Index count() const { return static_cast<Index>(column.size()); }
};

/// Lower bounds F(v) as computed, and what they may be off by. Only `proven()` is a bound.
struct DualBounds {
  Vector value, error;
  [[nodiscard]] double proven(Index lane) const;
};

/// V (given) -> G = c + A^T v.
template <class Scalar>
void complete_adjoint(const System& system, Lanes<Scalar>& lanes);

/// F for the G and V of every lane.
template <class Scalar>
[[nodiscard]] DualBounds dual_bounds(const System& system, const Regions<Scalar>& regions,
                                     const InputBoxes& boxes, const Lanes<Scalar>& lanes);

/// V with the unit added where a lane has one: what A^T and B^T are multiplied with.
template <class Scalar>
[[nodiscard]] Columns<Scalar> with_units(const Lanes<Scalar>& lanes);

}  // namespace simplicit
