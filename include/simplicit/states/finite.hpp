#pragma once

#include <simplicit/base/types.hpp>

#include <optional>
#include <string>

namespace simplicit {

/// Where numbers stop being finite, counted from 0.
struct NonFinite {
  Index sample;
  Index entry;
  double value;
};

/// The first NaN or infinity of (samples x width) numbers, sample after sample.
template <class T>
[[nodiscard]] std::optional<NonFinite> first_non_finite(const T* values, Index samples, Index width);

/// "states.h5: dataset 'X' holds nan at sample 3, entry 4 (both counted from 0)"
[[nodiscard]] std::string non_finite_text(const std::string& path, const std::string& dataset,
                                          const NonFinite& place);

}  // namespace simplicit
