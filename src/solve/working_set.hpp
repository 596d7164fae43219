#pragma once

#include <simplicit/linalg/stored_matrix.hpp>
#include <simplicit/problem/quadratic_row.hpp>

#include <vector>

namespace simplicit {

/// Some features of Phi (m x d), by ascending column, with their Gram matrix.
class WorkingSet {
 public:
  [[nodiscard]] const std::vector<int>& columns() const { return columns_; }
  [[nodiscard]] GramView gram() const {
    const auto size = static_cast<Index>(columns_.size());
    return {gram_.data(), size, size};
  }
  /// Takes in columns that are not there yet (any order): what is known of the Gram matrix is kept, the rest
  /// comes from Phi as one matrix product.
  void extend(const StoredMatrix& phi, std::vector<int> entering);

 private:
  std::vector<int> columns_;
  std::vector<double> gram_;
};

}  // namespace simplicit
