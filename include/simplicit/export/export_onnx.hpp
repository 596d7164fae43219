#pragma once

#include <simplicit/export/unrolling_bound.hpp>

#include <optional>
#include <string>

namespace simplicit {

struct OnnxSettings {
  std::optional<int> iterations;  ///< how many to unroll, instead of as many as the tolerance needs
  double tolerance = 1e-6;        ///< proven largest error of a state
  double input_bound = 1;         ///< what is proven holds for |u_j| up to this
  Index batch = 0;                ///< samples a run; 0 leaves it open
};

/// What the graph proves to be, for |u_j| <= input_bound.
struct OnnxEvidence {
  int iterations = 0;
  bool exact = false;    ///< no state depends on itself, and the iterations reach through all levels
  ErrorBound unrolling;  ///< zero when exact
  ErrorBound rounding;   ///< what float32 adds
};

/// Writes the model with its equilibrium unrolled as an ONNX graph, checked bounds in its metadata. States
/// that depend on themselves are solved for first, where phi allows. Throws InputError when no equilibrium is
/// proven to exist, and as write_onnx does.
OnnxEvidence export_onnx(const ImplicitModel& model, const OnnxSettings& settings, const std::string& path);

}  // namespace simplicit
