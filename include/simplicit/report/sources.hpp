#pragma once

#include <simplicit/model/implicit_model.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace simplicit::report {

/// A model file, as read.
struct ModelSource {
  std::string path;
  ImplicitModel model;
};

/// A run report (JSON) of `train` or `evaluate`, as read.
struct ScoreSource {
  std::string path;
  nlohmann::json scores;
};

/// What a report is made from, in the order the files were given.
struct Sources {
  std::vector<ModelSource> models;
  std::vector<ScoreSource> trainings;
  std::vector<ScoreSource> evaluations;
};

/// Reads model files and the JSON reports of train and evaluate, told apart by their content. Throws
/// InputError naming the file and what is wrong with it.
[[nodiscard]] Sources read_sources(const std::vector<std::string>& paths);

}  // namespace simplicit::report
