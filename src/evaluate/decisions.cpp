#include "evaluate/decisions.hpp"

#include <simplicit/base/error.hpp>

#include <algorithm>
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

}  // namespace simplicit
