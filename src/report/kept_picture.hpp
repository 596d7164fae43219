#pragma once

#include "report/evaluation.hpp"
#include <simplicit/report/picture.hpp>
#include <simplicit/report/sources.hpp>

#include <optional>
#include <string>
#include <vector>

namespace simplicit::report {

/// Accuracy against the share of weights kept: one curve a path, the baseline pruned by magnitude beside it,
/// a point an evaluation, and the baseline as a line; where nothing has an accuracy, the error of the outputs
/// along the paths. Empty unless a path knows the share kept or two
/// evaluations know share and accuracy.
[[nodiscard]] std::optional<Picture> kept_picture(const std::vector<PathSource>& paths,
                                                  const std::vector<Evaluation>& evaluations,
                                                  const std::string& file);

}  // namespace simplicit::report
