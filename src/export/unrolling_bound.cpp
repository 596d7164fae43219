#include <simplicit/base/error.hpp>
#include <simplicit/export/unrolling_bound.hpp>
#include <simplicit/infer/resolvent_bound.hpp>

#include <fmt/format.h>

namespace simplicit {
namespace {

double largest(const Vector& v) {
  return v.size() > 0 ? v.maxCoeff() : 0;
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

}  // namespace simplicit
