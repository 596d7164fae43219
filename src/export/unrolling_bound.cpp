#include <simplicit/base/error.hpp>
#include <simplicit/export/unrolling_bound.hpp>
#include <simplicit/infer/resolvent_bound.hpp>

#include <fmt/format.h>

#include <limits>

namespace simplicit {
namespace {

double largest(const Vector& v) {
  return v.size() > 0 ? v.maxCoeff() : 0;
}

constexpr double unit = 0x1p-24;
constexpr double function_error = 4 * unit;
// Rounding of the weight, the input, the product, the slope of leaky ReLU and its product, one to spare.
constexpr Index roundings_of_a_term = 6;

double gamma(Index roundings) {
  const double k = static_cast<double>(roundings) * unit;
  return k / (1 - k);
}

/// gamma for each row of [left right], (rows).
Vector gammas(const SparseMatrix& left, const SparseMatrix& right, Index additions) {
  Vector result(left.rows());
  for (Index row = 0; row < left.rows(); ++row) {
    const Index terms = left.outerIndexPtr()[row + 1] - left.outerIndexPtr()[row] +
                        right.outerIndexPtr()[row + 1] - right.outerIndexPtr()[row];
    result[row] = gamma(terms + additions + roundings_of_a_term);
  }
  return result;
}

/// Bounds on the absolute values of computed states, which obey |x_k| <= (1 + gamma)(|A| |x_k-1| + s).
std::optional<Vector> largest_computed_states(const ImplicitModel& model, const Vector& s, double gamma) {
  if (bounded_by_one(model.activation)) return Vector::Constant(model.states(), 1 + function_error);
  const std::optional<ResolventBound> resolvent = ResolventBound::of((1 + gamma) * model.A);
  if (!resolvent) return std::nullopt;
  return resolvent->apply((1 + gamma) * s);
}

}  // namespace

Vector largest_input_terms(const SparseMatrix& M, bool bias, double input_bound) {
  Vector inputs = Vector::Constant(M.cols(), input_bound);
  if (bias) inputs[M.cols() - 1] = 1;
  return SparseMatrix(M.cwiseAbs()) * inputs;
}

bool bounded_by_one(Activation activation) {
  return activation == Activation::tanh || activation == Activation::sigmoid;
}

UnrollingBound::UnrollingBound(const ImplicitModel& model, double input_bound)
    : absolute_a_(model.A.cwiseAbs()), absolute_c_(model.C.cwiseAbs()) {
  const std::optional<ResolventBound> resolvent = ResolventBound::of(model.A);
  if (!resolvent) {
    throw InputError("no unique equilibrium can be proven: the spectral radius of |A| is not below 1");
  }
  largest_states_ = bounded_by_one(model.activation)
                        ? Vector::Ones(model.states())
                        : resolvent->apply(largest_input_terms(model.B, model.bias, input_bound));
}

ErrorBound UnrollingBound::after(int iterations) const {
  Vector error = largest_states_;
  for (int k = 0; k < iterations; ++k) error = absolute_a_ * error;
  return {largest(error), largest(absolute_c_ * error)};
}

int UnrollingBound::iterations_within(double tolerance) const {
  Vector error = largest_states_;
  for (int k = 1; k <= most_iterations; ++k) {
    error = absolute_a_ * error;
    if (largest(error) <= tolerance) return k;
  }
  throw InputError(fmt::format("{} iterations still leave an error of {:.2g}; choose with --iterations",
                               most_iterations, largest(error)));
}

ErrorBound float32_bound(const ImplicitModel& model, double input_bound, Index additions) {
  const Vector of_states = gammas(model.A, model.B, additions);
  const Vector of_outputs = gammas(model.C, model.D, additions);
  const Vector s = largest_input_terms(model.B, model.bias, input_bound);
  const std::optional<Vector> largest = largest_computed_states(model, s, of_states.maxCoeff());
  const std::optional<ResolventBound> resolvent = ResolventBound::of(model.A);
  if (!largest || !resolvent) {
    constexpr double unbounded = std::numeric_limits<double>::infinity();
    return {unbounded, unbounded};
  }
  Vector added = of_states.cwiseProduct(SparseMatrix(model.A.cwiseAbs()) * *largest + s);
  if (bounded_by_one(model.activation)) added.array() += function_error;
  const Vector states = resolvent->apply(added);
  const SparseMatrix C = model.C.cwiseAbs();
  const Vector outputs =
      of_outputs.cwiseProduct(C * *largest + largest_input_terms(model.D, model.bias, input_bound)) +
      C * states;
  return {states.maxCoeff(), outputs.maxCoeff()};
}

}  // namespace simplicit
