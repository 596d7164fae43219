#pragma once

#include <simplicit/report/picture.hpp>

namespace simplicit::report {

/// Certified, open, attacked and misclassified samples against epsilon, stacked to 100 %: the model, and
/// beside it the baseline where it was certified too. Empty where proofs sample by sample were not asked for.
[[nodiscard]] std::optional<Picture> certificates_picture(const nlohmann::json& evaluation,
                                                          const std::string& file);

}  // namespace simplicit::report
