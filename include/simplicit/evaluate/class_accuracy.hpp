#pragma once

#include <simplicit/base/types.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace simplicit {

/// The part of the samples of one class that is decided rightly.
struct ClassAccuracy {
  Index label = 0;
  Index samples = 0;
  double accuracy = 0;           ///< of the model's decisions
  double baseline_accuracy = 0;  ///< of the decisions from the file's Y
};

/// What was decided of one sample.
struct DecidedSample {
  std::int32_t label = -1;  ///< -1 without labels
  bool correct = false;     ///< the model decides for the label
  bool baseline_correct = false;
};

/// Every class that has samples, in ascending order; none without labels.
[[nodiscard]] std::vector<ClassAccuracy> class_accuracies(std::span<const DecidedSample> samples);

/// The list `classes` of a report of evaluate.
[[nodiscard]] nlohmann::json to_json(const std::vector<ClassAccuracy>& classes);

}  // namespace simplicit
