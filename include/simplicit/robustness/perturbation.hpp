#pragma once

#include <simplicit/base/types.hpp>

#include <optional>

namespace simplicit {

/// Values that the inputs of every sample stay between, (p) each.
struct InputRange {
  Vector lower, upper;
};

/// What an adversary may do to a sample at epsilon: input j moves by at most epsilon * half_width_j and stays
/// in the range, where there is one. For images u = (pixel / 255 - mean) / std and epsilon in the unit of
/// pixel / 255 the half width is 1 / std.
struct Perturbation {
  Vector half_width;                ///< (p) at epsilon = 1, positive
  std::optional<InputRange> range;  ///< none: inputs may leave every range
};

/// Epsilon in the unit of the p inputs themselves, without a range.
[[nodiscard]] inline Perturbation plain_perturbation(Index inputs) {
  return {Vector::Ones(inputs), std::nullopt};
}

}  // namespace simplicit
