#pragma once

#include <simplicit/base/setting.hpp>
#include <simplicit/infer/fixed_point.hpp>

namespace simplicit::cli {

/// --fixed-point-tol, of the commands that run a model.
[[nodiscard]] inline Setting fixed_point_setting(FixedPointSettings& settings) {
  return {.flag = "--fixed-point-tol",
          .place = &settings.tolerance,
          .help = "Stop where the proven error of the states is at most this times max(1, largest state)",
          .unit = "T",
          .bounds = inside(0, 1)};
}

}  // namespace simplicit::cli
