#pragma once

#include <simplicit/model/implicit_model.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace simplicit::report {

/// One line of a table: what it is called, the stored value as text with its unit, and what it means.
struct Score {
  std::string name;
  std::string value;
  std::string meaning;
};
using ScoreTable = std::vector<Score>;

/// The stored scores that are there, in a fixed order; null becomes "unknown", missing keys are left out and
/// values of another type than expected are shown as they stand.
[[nodiscard]] ScoreTable training_table(const nlohmann::json& scores);
[[nodiscard]] ScoreTable evaluation_table(const nlohmann::json& scores);
[[nodiscard]] ScoreTable model_table(const ImplicitModel& model);

}  // namespace simplicit::report
