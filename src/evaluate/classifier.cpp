#include <simplicit/base/error.hpp>
#include <simplicit/baseline/mlp.hpp>
#include <simplicit/evaluate/classifier.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

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

Matrix log_odds_slopes(const Matrix& Y, std::span<const int> labels) {
  SIMPLICIT_ASSERT(std::ssize(labels) == Y.cols(),
                   std::to_string(labels.size()) + " != " + std::to_string(Y.cols()));
  Matrix slopes = Matrix::Zero(Y.rows(), Y.cols());
  if (Y.rows() < 2) return slopes;
  for (Index sample = 0; sample < Y.cols(); ++sample) {
    const Index label = labels[static_cast<std::size_t>(sample)];
    double largest = -std::numeric_limits<double>::infinity();
    for (Index k = 0; k < Y.rows(); ++k) {
      if (k != label) largest = std::max(largest, Y(k, sample));
    }
    auto slope = slopes.col(sample);
    for (Index k = 0; k < Y.rows(); ++k) {
      if (k != label) slope[k] = std::exp(Y(k, sample) - largest);
    }
    slope /= slope.sum();
    slope[label] = -1;
  }
  return slopes;
}

}  // namespace simplicit
