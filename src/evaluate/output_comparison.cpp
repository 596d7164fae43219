#include "evaluate/output_comparison.hpp"

#include <simplicit/base/error.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace simplicit {

std::vector<int> decisions(const Matrix& Y) {
  std::vector<int> decided(static_cast<std::size_t>(Y.cols()));
  for (Index sample = 0; sample < Y.cols(); ++sample) {
    const auto outputs = Y.col(sample);
    decided[static_cast<std::size_t>(sample)] =
        static_cast<int>(std::max_element(outputs.begin(), outputs.end()) - outputs.begin());
  }
  return decided;
}

std::int64_t count_equal(std::span<const int> a, std::span<const int> b) {
  SIMPLICIT_ASSERT(a.size() == b.size(), std::to_string(a.size()) + ", " + std::to_string(b.size()));
  return std::inner_product(a.begin(), a.end(), b.begin(), std::int64_t{0}, std::plus<>(), std::equal_to<>());
}

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
