#pragma once

#include <simplicit/base/types.hpp>

#include <optional>
#include <vector>

namespace simplicit {

/// The states (n) sorted by the longest chain of states that each depends on through the entries of A (n x
/// n): level 0 uses inputs only, level l states of the levels before it. Then x = phi(A x + s) is exact after
/// one pass over the levels. Empty when states depend on each other in a circle.
[[nodiscard]] std::optional<std::vector<std::vector<int>>> feedforward_levels(const SparseMatrix& A);

}  // namespace simplicit
