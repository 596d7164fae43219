#include "evaluate/relative_error.hpp"

#include <simplicit/base/error.hpp>

#include <cmath>

namespace simplicit {

void SquaredError::add(const SquaredError& other) {
  difference += other.difference;
  reference += other.reference;
}

double SquaredError::relative() const {
  return difference == 0 ? 0 : std::sqrt(difference / reference);
}

SquaredError squared_error(const Matrix& modelled, const Matrix& reference) {
  SIMPLICIT_ASSERT(modelled.rows() == reference.rows() && modelled.cols() == reference.cols(),
                   std::to_string(modelled.rows()) + ", " + std::to_string(reference.rows()));
  SquaredError sums;
  for (Index sample = 0; sample < reference.cols(); ++sample) {
    for (Index row = 0; row < reference.rows(); ++row) {
      const double difference = modelled(row, sample) - reference(row, sample);
      sums.difference += difference * difference;
      sums.reference += reference(row, sample) * reference(row, sample);
    }
  }
  return sums;
}

}  // namespace simplicit
