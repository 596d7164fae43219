#pragma once

#include "evaluate/certified_radius.hpp"
#include "evaluate/output_comparison.hpp"
#include <simplicit/evaluate/scores.hpp>
#include <simplicit/infer/fixed_point.hpp>
#include <simplicit/model/implicit_model.hpp>
#include <simplicit/states/states_file.hpp>

#include <string>
#include <vector>

namespace simplicit {

/// What one block of samples adds to the scores: counts and sums.
struct BlockCounts {
  std::int64_t correct = 0;           ///< decisions of the model equal to the labels
  std::int64_t baseline_correct = 0;  ///< decisions from the file's Y equal to the labels
  std::int64_t agreements = 0;        ///< both decide the same
  SquaredError states, outputs;
  FixedPointEvidence fixed_point;
  void add(const BlockCounts& next);
};

/// What is kept of one sample.
struct SampleVerdict {
  double radius = 0;  ///< certified, of the model's own decision
  DecidedSample decided;
};

struct BlockScores {
  BlockCounts counts;
  std::vector<SampleVerdict> samples;
};

/// Scores a slab of samples; `rescaling` (n) brings its states to the scale of the model. Adds the time of
/// inference and certificates to `seconds`.
[[nodiscard]] BlockScores score_block(const FixedPoint& fixed_point, const Sensitivity& sensitivity,
                                      const Vector& rescaling, const SampleSlab& slab,
                                      EvaluateSeconds& seconds);

/// What the states of the file are multiplied with, (n), so that they carry the model's factors; a file
/// without `state_scale` counts as unscaled. Throws InputError naming both files when the factors differ and
/// phi is not positively homogeneous: such states cannot be rescaled.
[[nodiscard]] Vector state_rescaling(const ImplicitModel& model, const StatesHeader& header,
                                     const std::string& model_path);

}  // namespace simplicit
