#pragma once

#include <simplicit/model/implicit_model.hpp>

namespace simplicit {

/// Proven bounds for all inputs |u_j| <= input_bound, as largest entries.
struct ErrorBound {
  double states = 0;   ///< on |x - x*|_inf
  double outputs = 0;  ///< on |y - y*|_inf
};

/// |M| 1 input_bound + |b| for M = B or D, (rows): the most that the inputs and the constant contribute.
[[nodiscard]] Vector largest_input_terms(const SparseMatrix& M, bool bias, double input_bound);
/// Whether phi(z) lies in [-1, 1] for all z.
[[nodiscard]] bool bounded_by_one(Activation activation);

/// How far K Picard iterations x <- phi(A x + B u + b) from x = 0 end from the equilibrium. phi is
/// non-expansive, so |x_K - x*| <= |A|^K |x*| in every entry, and |x*| <= (I - |A|)^-1 (|B| 1 input_bound +
/// |b|) where phi(0) = 0, |x*| <= 1 for tanh and sigmoid. Rounding is not counted.
class UnrollingBound {
 public:
  /// Throws InputError when no equilibrium is proven to exist.
  UnrollingBound(const ImplicitModel& model, double input_bound);
  /// After this many iterations, at least 0.
  [[nodiscard]] ErrorBound after(int iterations) const;
  /// The fewest iterations, at least 1, with an error of the states of at most `tolerance`; throws InputError
  /// when most_iterations are not enough.
  [[nodiscard]] int iterations_within(double tolerance) const;

  static constexpr int most_iterations = 2000;

 private:
  SparseMatrix absolute_a_;
  SparseMatrix absolute_c_;
  Vector largest_states_;
};

/// What single precision adds to the error of unrolled iterations, however many and in whatever order their
/// sums are formed: inputs and weights are rounded to float32 and so is every operation. With u = 2^-24 and
/// gamma_k = k u / (1 - k u) a sum of k rounded terms is off by at most gamma_k times the sum of their
/// absolute values (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 3.1), and what
/// enters the states is handed on by at most (I - |A|)^-1. tanh and sigmoid are taken as accurate to 4 u.
/// Overflow and underflow apart. `additions`: how many partial sums one sum is made of, at most.
[[nodiscard]] ErrorBound float32_bound(const ImplicitModel& model, double input_bound, Index additions);

}  // namespace simplicit
