#pragma once

#include <simplicit/infer/resolvent_bound.hpp>

namespace simplicit {

/// In which direction Gauss-Seidel sweeps over states run, and what a sweep proves.
///
/// Take |x - x'| <= |A| |y - y'| for any two pairs of old and new values. Write |A| = M + N, with N the
/// coefficients that meet old values in a sweep. Then the error after a sweep that changed x by delta obeys
/// e <= |A| e + N |delta|, so e <= (I - |A|)^-1 N |delta|; Picard iteration is the case N = |A|. With the
/// states in the order of the layers and no feedback N is zero.
struct SweepOrder {
  bool last_state_first = true;
  double change_factor = 0;  ///< |x - x*|_inf <= change_factor * |delta|_inf

  /// The k-th state of a sweep over n.
  [[nodiscard]] Index state(Index k, Index n) const { return last_state_first ? n - 1 - k : k; }
};

/// The better of the two directions. `others` (n x n) is A without the entries that a state solves for
/// itself; `resolvent` belongs to A.
[[nodiscard]] SweepOrder sweep_order(const SparseMatrix& others, const ResolventBound& resolvent);

}  // namespace simplicit
