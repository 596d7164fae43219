#pragma once

#include <simplicit/report/sources.hpp>

#include <optional>
#include <string>
#include <vector>

namespace simplicit::report {

/// Parts of samples decided rightly, of a model and its baseline; nothing where unknown.
struct Rightly {
  std::optional<double> model, baseline;
};

/// The same under an attack of this size.
struct Attacked : Rightly {
  std::string name;
  double epsilon = 0;
};

/// The part proven to stay right under any change of the inputs up to epsilon.
struct Certified {
  double epsilon = 0;
  std::optional<double> accuracy;
};

/// The same among the samples of one class.
struct ClassScore : Rightly {
  double label = 0;
  double samples = 0;
};

/// What a report of evaluate says, as the page compares it.
struct Evaluation {
  std::string name;    ///< of the model: its file where that is among the sources, else that of the report
  std::string folder;  ///< that the report lies in
  std::optional<double> samples, agreement, output_error, kept, nonzeros, baseline_parameters, sensitivity;
  Rightly right;
  std::vector<Attacked> attacks;
  std::vector<Certified> certified;
  std::vector<ClassScore> classes;
  bool shared = false;                  ///< the model has shared rows
  std::optional<std::string> model;     ///< its file, where that is among the sources
  std::optional<std::size_t> training;  ///< of the same model, its place among the sources' trainings
};

/// "model.h5" of "runs/model.h5".
[[nodiscard]] std::string name_of_file(const std::string& path);

/// Every evaluation of the sources, the best model first: of the highest accuracy, without labels of the
/// smallest output error.
[[nodiscard]] std::vector<Evaluation> evaluations_of(const Sources& sources);

/// The evaluations that share a colour in a picture, with its name: one each where they are few, else those
/// of a folder.
struct EvaluationGroup {
  std::string name;
  std::vector<Evaluation> evaluations;
};
[[nodiscard]] std::vector<EvaluationGroup> groups_of(const std::vector<Evaluation>& evaluations);

}  // namespace simplicit::report
