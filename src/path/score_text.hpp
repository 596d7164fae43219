#pragma once

#include <fmt/format.h>

#include <string>

namespace simplicit {

/// "accuracy 81.02 %", or without labels "output error 0.3467", of the scores of a point.
template <class PointScores>
[[nodiscard]] std::string score_text(const PointScores& scores) {
  return scores.accuracy ? fmt::format("accuracy {:.2f} %", 100 * *scores.accuracy)
                         : fmt::format("output error {:.4g}", scores.output_error);
}

}  // namespace simplicit
