#pragma once

#include <simplicit/base/types.hpp>

#include <optional>
#include <utility>

namespace simplicit {

/// Proven upper bounds on (I - |A|)^-1 b = b + |A| b + |A|^2 b + ... for b >= 0.
///
/// If x = phi(A x + s) componentwise with a non-expansive phi, a change of s by at most b moves x by at most
/// (I - |A|)^-1 b (El Ghaoui et al., Implicit Deep Learning, SIAM J. Math. Data Sci. 3(3), 2021). The inverse
/// exists and is non-negative as soon as some w > 0 has |A| w < w in every entry: I - |A| is then an
/// M-matrix.
class ResolventBound {
 public:
  /// A is (n x n). Empty when no such w was found: the spectral radius of |A| is not below 1, or too close
  /// to 1.
  [[nodiscard]] static std::optional<ResolventBound> of(const SparseMatrix& A);

  /// w >= (I - |A|)^-1 1, (n).
  [[nodiscard]] const Vector& of_ones() const { return of_ones_; }
  /// g >= (I - |A|)^-1 b, (n), for b >= 0 (n).
  [[nodiscard]] Vector apply(const Vector& b) const;

 private:
  explicit ResolventBound(SparseMatrix absolute) : absolute_(std::move(absolute)) {}
  [[nodiscard]] std::optional<Vector> solve(const Vector& b) const;
  [[nodiscard]] Vector shortfall(const Vector& b, const Vector& g) const;

  SparseMatrix absolute_;  ///< |A|
  Vector of_ones_;
};

}  // namespace simplicit
