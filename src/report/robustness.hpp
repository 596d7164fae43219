#pragma once

#include "report/evaluation.hpp"
#include <simplicit/report/picture.hpp>

#include <optional>
#include <string>
#include <vector>

namespace simplicit::report {

/// Accuracy under attack of several models in one picture, and the baseline's; of the attack that the first
/// attacked evaluation names first. Empty unless two evaluations have it.
[[nodiscard]] std::optional<Picture> attacks_compared_picture(const std::vector<Evaluation>& evaluations,
                                                              const std::string& file);

/// Accuracy against the sensitivity and against the accuracy under attack, one point an evaluation. The
/// attack is the one above, at the epsilon in the middle of its list. Empty unless three evaluations know
/// both.
[[nodiscard]] std::optional<Picture> robustness_picture(const std::vector<Evaluation>& evaluations,
                                                        const std::string& file);

}  // namespace simplicit::report
