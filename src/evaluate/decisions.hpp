#pragma once

#include <simplicit/base/types.hpp>

#include <span>
#include <vector>

namespace simplicit {

/// The class each sample is given: the index of the largest output, the first among equals. Y is (q x k).
[[nodiscard]] std::vector<int> decisions(const Matrix& Y);

/// In how many places two lists of the same length agree.
[[nodiscard]] std::int64_t count_equal(std::span<const int> a, std::span<const int> b);

}  // namespace simplicit
