#pragma once

#include <simplicit/base/types.hpp>

#include <vector>

namespace simplicit {

/// The strongly connected components of the graph with an edge i -> j for every entry (i, j) of a square
/// matrix, each sorted, by Boost.Graph (Tarjan, SIAM J. Comput. 1(2), 1972).
[[nodiscard]] std::vector<std::vector<int>> strong_components(const SparseMatrix& M);

}  // namespace simplicit
