#pragma once

#include <simplicit/base/types.hpp>

#include <cstring>
#include <vector>

namespace simplicit {

/// Whether two lists hold the same numbers, signs of zeros included.
[[nodiscard]] inline bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

/// Whether two matrices have the same entries.
[[nodiscard]] inline bool same(const SparseMatrix& a, const SparseMatrix& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() && a.nonZeros() == b.nonZeros() &&
         Matrix(a) == Matrix(b);
}

}  // namespace simplicit
