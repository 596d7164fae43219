#include "evaluate/log_odds.hpp"
#include <simplicit/baseline/input_gradient.hpp>
#include <simplicit/evaluate/classifier.hpp>

namespace simplicit {

Matrix ImplicitClassifier::outputs(const Matrix& U) const {
  return fixed_point_.outputs_at_equilibria(view_of(U)).Y;
}

OutputsAndAscent ImplicitClassifier::ascent(const Matrix& U, std::span<const int> labels) const {
  Matrix Y;
  const Matrix X = fixed_point_.equilibria_and_outputs(U, Y).X;
  Matrix by_inputs = gradient_(X, log_odds_slopes(Y, labels)).by_inputs;
  return {std::move(Y), std::move(by_inputs)};
}

Matrix MlpClassifier::outputs(const Matrix& U) const {
  return forward(mlp_, U).Y;
}

OutputsAndAscent MlpClassifier::ascent(const Matrix& U, std::span<const int> labels) const {
  ForwardPass pass = forward(mlp_, U);
  Matrix by_inputs = input_gradient(mlp_, pass, log_odds_slopes(pass.Y, labels));
  return {std::move(pass.Y), std::move(by_inputs)};
}

}  // namespace simplicit
