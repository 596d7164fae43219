#include "robustness/open_sample.hpp"

#include "robustness/rounding.hpp"

namespace simplicit {

std::optional<Vector> first_counterexample(const OpenSample& sample, const Matrix& U) {
  if (U.cols() == 0) return std::nullopt;
  Matrix inside = U;
  for (Index k = 0; k < U.cols(); ++k) {
    bring_inside(sample.perturbation, sample.at, sample.epsilon, inside.col(k));
  }
  const Matrix inputs = padded_inputs_of(sample.system, inside);
  const BoundedOutputs outputs =
      bounded_outputs(sample.system, near_equilibria(sample.system, inputs), inputs);
  for (Index k = 0; k < U.cols(); ++k) {
    const double most = up(outputs.Y(sample.label, k) + outputs.error(sample.label, k));
    for (Index other = 0; other < outputs.Y.rows(); ++other) {
      if (other != sample.label && down(outputs.Y(other, k) - outputs.error(other, k)) > most) {
        return Vector(inside.col(k));
      }
    }
  }
  return std::nullopt;
}

}  // namespace simplicit
