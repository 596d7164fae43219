#pragma once

#include "robustness/dual_bound.hpp"

namespace simplicit {

/// Fills G and V of every lane: sweeps v_i = s_i g_i, g = c + A^T v from the last block of states to the
/// first, with the slopes s of the regions; one sweep solves a feed-forward model. Only blocks before `end`
/// get a v: states of later ones do not reach what the lanes bound.
template <class Scalar>
void relax(const System& system, const Regions<Scalar>& regions, std::size_t end, Lanes<Scalar>& lanes);

/// Improves the bounds of the undecided states by linear relaxation: block by block where the model is
/// feed-forward, two passes over all of them otherwise.
void tighten(const System& system, const InputBoxes& boxes, const DrivenBounds& driven, StateBounds& bounds);

/// A pair of classes of one column: the margin y_label - y_other.
struct ClassPair {
  Index column;
  Index label;
  Index other;
};

/// The lanes of these margins, without G and V.
template <class Scalar>
[[nodiscard]] Lanes<Scalar> margin_lanes(const System& system, const InputBoxes& boxes,
                                         const StateBounds& bounds, const std::vector<ClassPair>& pairs);

/// Which of these margins are proven to be positive over the boxes: single precision first, double where that
/// leaves it open.
[[nodiscard]] std::vector<bool> margins_proven(const System& system, const InputBoxes& boxes,
                                               const DrivenBounds& driven, const StateBounds& bounds,
                                               const std::vector<ClassPair>& pairs);

}  // namespace simplicit
