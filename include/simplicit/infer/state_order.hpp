#pragma once

#include <simplicit/base/types.hpp>
#include <simplicit/infer/resolvent_bound.hpp>

#include <optional>
#include <vector>

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

/// The states (n) sorted by the longest chain of states that each depends on through the entries of A (n x
/// n): level 0 uses inputs only, level l states of the levels before it. Then x = phi(A x + s) is exact after
/// one pass over the levels. Empty when states depend on each other in a circle.
[[nodiscard]] std::optional<std::vector<std::vector<int>>> feedforward_levels(const SparseMatrix& A);

}  // namespace simplicit
