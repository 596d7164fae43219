#pragma once

#include <simplicit/base/figure.hpp>
#include <simplicit/model/implicit_model.hpp>
#include <simplicit/model/shared_model.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace simplicit::report {

using Score = FigureLine;
using ScoreTable = std::vector<Score>;

/// The figures that a report of train or evaluate holds, in the order of the command's own table; null, and
/// what is no number, becomes "unknown", missing keys are left out.
[[nodiscard]] ScoreTable training_table(const nlohmann::json& scores);
[[nodiscard]] ScoreTable evaluation_table(const nlohmann::json& scores);
[[nodiscard]] ScoreTable model_table(const ImplicitModel& model);
[[nodiscard]] ScoreTable model_table(const SharedModel& model);

}  // namespace simplicit::report
