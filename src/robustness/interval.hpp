#pragma once

#include "robustness/equilibrium.hpp"
#include "robustness/input_boxes.hpp"

namespace simplicit {

/// lower <= z(u) <= upper for the pre-activations at the equilibrium of every u of a box, (n x k) each.
struct StateBounds {
  Matrix lower, upper;
  [[nodiscard]] bool undecided(Index state, Index column) const {
    return lower(state, column) < 0 && upper(state, column) > 0;
  }
};

/// What the boxes of inputs do to the states directly, (n x k) each, computed once for all bounds.
struct DrivenBounds {
  Matrix centre;     ///< B u at the centre
  Matrix radius;     ///< |B| radius
  Matrix magnitude;  ///< |B| |u| at most
};
[[nodiscard]] DrivenBounds driven_bounds(const System& system, const InputBoxes& boxes);

/// First bounds: the map contracts around the equilibrium at the centre of the box, by
/// |A| rho + |B| radius + e <= rho (enclosing_radii). Infinite where no rho is found.
[[nodiscard]] StateBounds first_bounds(const System& system, const DrivenBounds& driven);

/// |A| X + |B| |u| (n x k), what a computed pre-activation is off by in units of gamma, where |x| <= X
/// follows from the bounds.
[[nodiscard]] Matrix state_magnitudes(const System& system, const DrivenBounds& driven,
                                      const StateBounds& bounds);

/// One step of the interval map for a block of states: bounds stay valid and never grow. `magnitudes` as
/// above, from these bounds or wider ones.
void sweep_block(const System& system, std::size_t block, const DrivenBounds& driven,
                 const Matrix& magnitudes, StateBounds& bounds);
/// Sweeps until the bounds stand still: one where the model is feed-forward.
void sweep_interval(const System& system, const DrivenBounds& driven, const Matrix& magnitudes,
                    StateBounds& bounds);

/// Lower bounds on y_label - y_k over the box (q x k), infinite at the label itself.
[[nodiscard]] Matrix interval_margins(const System& system, const InputBoxes& boxes,
                                      const StateBounds& bounds, const std::vector<int>& labels);

}  // namespace simplicit
