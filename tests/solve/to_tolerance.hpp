#pragma once

#include "solve/gram_row.hpp"

namespace simplicit {

/// The settings of a solve to this relative gap.
[[nodiscard]] inline GramRowSettings to(double tolerance) {
  GramRowSettings settings;
  settings.tolerance = tolerance;
  return settings;
}

}  // namespace simplicit
