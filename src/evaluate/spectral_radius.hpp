#pragma once

#include <simplicit/base/types.hpp>

#include <vector>

namespace simplicit {

/// A proven upper bound on the spectral radius of |A| (its Perron-Frobenius eigenvalue), as a rule exact to
/// 1e-9.
///
/// The spectral radius is the largest over the strongly connected components of |A| (its Frobenius normal
/// form), so that a feed-forward A gets exactly 0. Within a component power iteration on |A| + sigma I
/// converges, and any w > 0 proves rho <= max_i (|A| w)_i / w_i (Collatz-Wielandt).
[[nodiscard]] double spectral_radius_bound(const SparseMatrix& A);

/// The strongly connected components of the graph with an edge i -> j for every entry (i, j) of a square
/// matrix, each sorted, by Boost.Graph (Tarjan, SIAM J. Comput. 1(2), 1972).
[[nodiscard]] std::vector<std::vector<int>> strong_components(const SparseMatrix& M);

}  // namespace simplicit
