#pragma once

#include "report/evaluation.hpp"
#include "report/score_table.hpp"

#include <optional>
#include <string>
#include <vector>

namespace simplicit::report {

/// A table of figures in columns; the first column names the row.
struct Grid {
  std::string caption;
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows;
};

/// Models best first, then their baseline by name and size: accuracy (without labels the error of the
/// outputs), agreement, weights, and a column for every attack and every certified size.
[[nodiscard]] Grid comparison_grid(const std::vector<Evaluation>& evaluations);

/// Accuracy of every class, of models and baseline; of many classes those that the first model decides worst.
/// Nothing when no report has them.
[[nodiscard]] std::optional<Grid> classes_grid(const std::vector<Evaluation>& evaluations);

/// "23147 of 52896 (43.76 %)", and that a model is larger where it is.
[[nodiscard]] std::string weights_text(const Evaluation& evaluation);

/// The numbers a reader looks for first, of the best model; empty without evaluations.
struct Headline {
  std::string model;
  ScoreTable cards;
  bool shared = false;  ///< every model and evaluation is of shared rows
};
[[nodiscard]] Headline headline_of(const std::vector<Evaluation>& evaluations, const Sources& sources);

}  // namespace simplicit::report
