#include "evaluate/log_odds.hpp"

#include <simplicit/base/error.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace simplicit {

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
