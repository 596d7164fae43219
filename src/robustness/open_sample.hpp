#pragma once

#include "robustness/linear_relaxation.hpp"

#include <optional>

namespace simplicit {

/// One sample at one epsilon whose robustness the linear relaxation leaves open.
struct OpenSample {
  const System& system;
  const Perturbation& perturbation;
  Vector at;  ///< (p) the sample
  double epsilon = 0;
  Index label = 0;
  InputBoxes boxes;  ///< one column each
  DrivenBounds driven;
  StateBounds bounds;
  std::vector<ClassPair> pairs;  ///< margins that are not proven
};

/// The first of some inputs U (p x k) that, moved into the box, the model provably gives another class than
/// the label: the margin exceeds what its evaluation may be off by.
[[nodiscard]] std::optional<Vector> first_counterexample(const OpenSample& sample, const Matrix& U);

}  // namespace simplicit
