#pragma once

#include <memory>
#include <simplicit/model/implicit_model.hpp>

namespace simplicit {

struct FixedPointSettings {
  double tolerance = 1e-6;  ///< stop when the error bound <= tolerance * max(1, |x|_inf), sample by sample
  int max_iterations = 10000;
};

/// What Picard iteration reached, as maxima over the samples.
struct FixedPointEvidence {
  int iterations = 0;
  double residual = 0;     ///< |x - phi(A x + B u)|_inf
  double error_bound = 0;  ///< proven bound on |x - x*|_inf
  bool converged = true;
  void merge(const FixedPointEvidence& other);
};

/// Solves x = phi(A x + B u) for a block of samples.
class FixedPoint {
 public:
  /// Chooses sparse or dense products by the density of A and B, and the proven error bound: the infinity norm
  /// of A where it is below 1, else the Perron-Frobenius bound. Throws InputError when neither test proves
  /// well-posedness.
  FixedPoint(const ImplicitModel& model, const FixedPointSettings& settings);
  ~FixedPoint();
  FixedPoint(FixedPoint&&) noexcept;

  /// U (p x k) -> X (n x k). The result of a column depends on that column and the block's width only.
  [[nodiscard]] Matrix solve(const Matrix& U, FixedPointEvidence& evidence) const;
  /// Y = C X + D U (+ bias), (q x k).
  [[nodiscard]] Matrix outputs(const Matrix& X, const Matrix& U) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Samples are taken in blocks of this many, whatever the number of ranks.
inline constexpr Index sample_block = 256;

}  // namespace simplicit
