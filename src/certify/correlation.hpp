#pragma once

#include <simplicit/certify/certificate.hpp>

#include <cmath>

namespace simplicit {

/// Whether a column with this weight may enter and is penalised.
[[nodiscard]] inline bool penalised(double weight) {
  return weight > 0 && weight < infinity;
}

/// |v_j|, as large as rounding may have it.
[[nodiscard]] inline double size_of_correlation(const GapInput& input, std::size_t j) {
  return std::abs(input.v[j]) + input.rounding_of_correlation(j);
}

}  // namespace simplicit
