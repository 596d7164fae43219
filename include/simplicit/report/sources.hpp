#pragma once

#include <simplicit/model/implicit_model.hpp>
#include <simplicit/model/shared_model.hpp>
#include <simplicit/path/path_table.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace simplicit::report {

/// A model file, as read.
struct ModelSource {
  std::string path;
  ImplicitModel model;
};

/// The file of a model with shared rows, as read.
struct SharedModelSource {
  std::string path;
  SharedModel model;
};

/// A run report (JSON) of `train` or `evaluate`, as read.
struct ScoreSource {
  std::string path;
  nlohmann::json scores;
};

/// A path file, as read.
struct PathSource {
  std::string path;
  PathTable table;
};

/// What a report is made from, in the order the files were given.
struct Sources {
  std::vector<ModelSource> models;
  std::vector<ScoreSource> trainings;
  std::vector<ScoreSource> evaluations;
  std::vector<PathSource> paths;
  std::vector<SharedModelSource> shared_models = {};
};

/// Reads model files, path files and the JSON reports of train and evaluate, told apart by their content.
/// Throws InputError naming the file and what is wrong with it.
[[nodiscard]] Sources read_sources(const std::vector<std::string>& paths);

/// The number under a key of a report; nothing when it is missing, null or no number.
[[nodiscard]] std::optional<double> number_at(const nlohmann::json& object, const char* key);
/// The name of the folder a file lies in: what the evaluations of one folder have in common is their recipe.
[[nodiscard]] std::string folder_of(const std::string& path);

}  // namespace simplicit::report
