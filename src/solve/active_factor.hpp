#pragma once

#include <simplicit/problem/quadratic_row.hpp>

#include <span>
#include <vector>

namespace simplicit {

/// Cholesky factor U^T U = G_SS + diag of a growing base S of variables, some of them held at zero.
///
/// Columns enter in blocks at the end. Columns leave in one of two ways, whichever costs less: a late one is
/// cut out and what follows it is factored again, an early one stays in the base and is held at zero by
/// projection. With U^T U = K and Q = U^-T E over the held positions, minimising 1/2 w^T K w - b^T w subject
/// to w_held = 0 is w = U^-1 (I - Q (Q^T Q)^-1 Q^T) U^-T b.
class ActiveFactor {
 public:
  explicit ActiveFactor(GramView gram);

  /// Forgets the base, keeps the memory.
  void clear();
  [[nodiscard]] Index size() const { return static_cast<Index>(columns_.size()); }
  [[nodiscard]] const std::vector<int>& columns() const { return columns_; }
  [[nodiscard]] bool held(Index position) const { return held_at_[static_cast<std::size_t>(position)] >= 0; }

  /// Adds columns at the end of the base, each with an addition to its diagonal entry. False, with the base
  /// as it was, when the larger matrix is not positive definite to working precision. After any false from a
  /// member the base can only be cleared, except here when nothing was held.
  [[nodiscard]] bool append(std::span<const int> columns, std::span<const double> diagonal);
  /// Takes positions (ascending, not held) out of the problem. Returns the old positions that remain in the
  /// base, held ones among them, in their new order. `ok` turns false when a factorisation broke down.
  [[nodiscard]] std::vector<Index> remove(std::span<const Index> positions, bool& ok);
  /// A held position takes part again. False when a factorisation broke down.
  [[nodiscard]] bool release(Index position);

  /// b (size) <- the minimiser; entries of held positions are 0.
  void solve(std::span<double> b) const;
  /// Factorisations so far.
  [[nodiscard]] int factorisations() const { return factorisations_; }

 private:
  double* entry(Index row, Index col) { return u_.data() + row + col * capacity_; }
  [[nodiscard]] const double* entry(Index row, Index col) const { return u_.data() + row + col * capacity_; }
  double* held_column(Index k) { return q_.data() + k * capacity_; }
  [[nodiscard]] const double* held_column(Index k) const { return q_.data() + k * capacity_; }
  [[nodiscard]] Index held_count() const { return static_cast<Index>(held_.size()); }

  void reserve(Index size);
  [[nodiscard]] bool factor_from(Index first);
  [[nodiscard]] bool extend_held_below(Index first);
  [[nodiscard]] bool hold(std::span<const Index> positions);
  [[nodiscard]] bool factor_held();
  [[nodiscard]] Index cheapest_cut(std::span<const Index> leaving) const;

  GramView gram_;
  std::vector<int> columns_;
  std::vector<double> diagonal_;
  std::vector<Index> held_;     ///< positions held at zero
  std::vector<Index> held_at_;  ///< index into held_ of each position, -1 for none
  Index capacity_ = 0;
  std::vector<double> u_;   ///< (capacity x capacity), upper triangle
  std::vector<double> q_;   ///< (capacity x held)
  std::vector<double> qq_;  ///< (held x held) Cholesky factor of Q^T Q
  mutable std::vector<double> projection_;
  int factorisations_ = 0;
};

}  // namespace simplicit
