#pragma once

#include <simplicit/model/implicit_model.hpp>

#include <memory>

namespace simplicit {

struct AdjointSettings {
  double tolerance = 1e-6;  ///< stop when the error bound <= tolerance * |v|_inf, sample by sample
  int max_iterations = 10000;
};

/// Derivatives by the inputs for k samples, and how far they may be from the exact ones.
struct InputGradient {
  Matrix by_inputs;    ///< (p x k)
  Vector error_bound;  ///< (k) proven bounds on the largest error of an entry, given exact equilibria
  bool converged = true;
};

/// Derivatives of a function of the outputs by the inputs, through the equilibrium.
///
/// With J = diag(phi'(A x + B u)) the implicit function theorem gives dx = J (A dx + B du). A function with
/// derivative g by the outputs y = C x + D u has therefore the derivative B^T v + D^T g by the inputs, where
/// v = J (A^T v + C^T g) (El Ghaoui et al., Implicit Deep Learning, SIAM J. Math. Data Sci. 3(3), 2021).
class ImplicitGradient {
 public:
  /// Throws InputError when the adjoint systems cannot be solved with a proven bound.
  explicit ImplicitGradient(const ImplicitModel& model, const AdjointSettings& settings = {});
  ~ImplicitGradient();
  ImplicitGradient(ImplicitGradient&&) noexcept;

  /// X (n x k) equilibria, by_outputs (q x k) the derivatives g, one column a sample. At a kink of phi the
  /// derivative from the left is taken. The result of a sample depends on that sample only.
  [[nodiscard]] InputGradient operator()(const Matrix& X, const Matrix& by_outputs) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace simplicit
