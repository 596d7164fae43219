#pragma once

#include <simplicit/linalg/stored_matrix.hpp>
#include <simplicit/model/implicit_model.hpp>

#include <memory>

namespace simplicit {

struct FixedPointSettings {
  double tolerance = 1e-6;  ///< stop when the error bound <= tolerance * max(1, |x|_inf), sample by sample
  int max_iterations = 10000;
};

/// What the iteration reached, as maxima over the samples.
struct FixedPointEvidence {
  int iterations = 0;      ///< sweeps over all states
  double residual = 0;     ///< |x - phi(A x + B u)|_inf
  double error_bound = 0;  ///< proven bound on |x - x*|_inf
  bool converged = true;
  void merge(const FixedPointEvidence& other);
};

/// The equilibria of a block of samples, and how far each may be from the exact one.
struct Equilibria {
  Matrix X;            ///< (n x k)
  Vector error_bound;  ///< (k) proven bounds on |x - x*|_inf
  FixedPointEvidence evidence;
};

/// The outputs of a block of samples.
struct Outputs {
  Matrix Y;  ///< (q x k)
  FixedPointEvidence evidence;
};

/// A matrix of samples where it lies.
[[nodiscard]] StoredMatrix view_of(const Matrix& matrix);

/// Solves x = phi(A x + B u) for blocks of samples, by Gauss-Seidel sweeps from x = 0.
///
/// The result of a sample depends on that sample only: not on the samples beside it, nor on their number.
/// One thread at a time may use an object: it keeps its working memory from call to call.
class FixedPoint {
 public:
  /// Throws InputError when neither ‖A‖_inf < 1 nor the Perron-Frobenius test (the spectral radius of |A|
  /// below 1) proves that there is one equilibrium.
  FixedPoint(const ImplicitModel& model, const FixedPointSettings& settings);
  ~FixedPoint();
  FixedPoint(FixedPoint&&) noexcept;

  /// U (p x k) -> equilibria. Throws InputError naming the sample (`first_sample` is the number of column 0)
  /// where B u is not finite or beyond 1e290.
  [[nodiscard]] Equilibria equilibria(const Matrix& U, Index first_sample = 0) const;
  /// The states alone, (n x k); what was reached is merged into `evidence`.
  [[nodiscard]] Matrix solve(const Matrix& U, FixedPointEvidence& evidence) const;
  /// Y = C X + D U (+ bias), (q x k).
  [[nodiscard]] Matrix outputs(const Matrix& X, const Matrix& U) const;
  /// The outputs at the equilibria, the same bits as outputs(solve(U), U), in one pass over U (p x k).
  [[nodiscard]] Outputs outputs_at_equilibria(const StoredMatrix& U, Index first_sample = 0) const;
  /// Both equilibria and outputs, in one pass over U.
  [[nodiscard]] Equilibria equilibria_and_outputs(const Matrix& U, Matrix& Y, Index first_sample = 0) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Samples are spread over the ranks in blocks of this many, whatever the number of ranks.
inline constexpr Index sample_block = 256;

}  // namespace simplicit
