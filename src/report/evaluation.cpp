#include "report/evaluation.hpp"

#include <simplicit/shared/plan_shared.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>

namespace simplicit::report {
namespace {

using nlohmann::json;

/// Nonzeros of A, B, C, D; what tells which model a report is of.
using Nonzeros = std::array<double, 4>;

std::optional<Nonzeros> nonzeros_in(const json& scores) {
  const json counts = scores.value("nnz", json());
  if (!counts.is_object()) return std::nullopt;
  Nonzeros nonzeros{};
  for (std::size_t i = 0; i < nonzeros.size(); ++i) {
    const auto count = number_at(counts, std::array{"A", "B", "C", "D"}[i]);
    if (!count) return std::nullopt;
    nonzeros[i] = *count;
  }
  return nonzeros;
}

Nonzeros nonzeros_of(const ImplicitModel& model) {
  return {static_cast<double>(model.A.nonZeros()), static_cast<double>(model.B.nonZeros()),
          static_cast<double>(model.C.nonZeros()), static_cast<double>(model.D.nonZeros())};
}

/// The place of the only entry that is of the model.
template <class Entries, class IsOfModel>
std::optional<std::size_t> place_of(const Entries& entries, IsOfModel is_of_model) {
  std::optional<std::size_t> place;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!is_of_model(entries[i])) continue;
    if (place) return std::nullopt;
    place = i;
  }
  return place;
}

/// The model and the training run with as many nonzeros in A, B, C and D.
void find_model(const Nonzeros& nonzeros, const Sources& sources, Evaluation& evaluation) {
  const auto model = place_of(
      sources.models, [&](const ModelSource& source) { return nonzeros_of(source.model) == nonzeros; });
  evaluation.training = place_of(sources.trainings, [&](const ScoreSource& training) {
    return nonzeros_in(training.scores) == nonzeros;
  });
  if (!evaluation.nonzeros) evaluation.nonzeros = nonzeros[0] + nonzeros[1] + nonzeros[2] + nonzeros[3];
  if (!model) return;
  evaluation.model = sources.models[*model].path;
  const auto weights = sources.models[*model].model.baseline_weights();
  if (!evaluation.baseline_parameters && weights)
    evaluation.baseline_parameters = static_cast<double>(*weights);
}

/// The same of a model with shared rows: with as many nonzeros of as many parameters.
void find_shared_model(const Sources& sources, Evaluation& evaluation) {
  const auto model = place_of(sources.shared_models, [&](const SharedModelSource& source) {
    return static_cast<double>(source.model.nonzeros()) == evaluation.nonzeros &&
           static_cast<double>(source.model.baseline_parameters) == evaluation.baseline_parameters;
  });
  if (model) evaluation.model = sources.shared_models[*model].path;
  evaluation.training = place_of(sources.trainings, [&](const ScoreSource& training) {
    return is_shared_report(training.scores) &&
           number_at(training.scores, "nonzeros") == evaluation.nonzeros &&
           number_at(training.scores, "baseline_parameters") == evaluation.baseline_parameters;
  });
}

Evaluation evaluation_of(const ScoreSource& source, const Sources& sources) {
  const json& scores = source.scores;
  Evaluation evaluation;
  evaluation.folder = folder_of(source.path);
  evaluation.samples = number_at(scores, "samples");
  evaluation.sensitivity = number_at(scores, "sensitivity_inf");
  evaluation.agreement = number_at(scores, "agreement");
  evaluation.output_error = number_at(scores, "output_error");
  evaluation.kept = number_at(scores, "kept");
  evaluation.nonzeros = number_at(scores, "nonzeros");
  evaluation.baseline_parameters = number_at(scores, "baseline_parameters");
  evaluation.right = {number_at(scores, "accuracy"), number_at(scores, "baseline_accuracy")};
  for (const json& attack : scores.value("attacks", json::array())) {
    evaluation.attacks.push_back({{number_at(attack, "accuracy"), number_at(attack, "baseline_accuracy")},
                                  attack.at("name").get<std::string>(),
                                  attack.at("epsilon").get<double>()});
  }
  for (const json& certified : scores.value("certified", json::array())) {
    evaluation.certified.push_back({certified.at("epsilon").get<double>(), number_at(certified, "accuracy")});
  }
  for (const json& of_class : scores.value("classes", json::array())) {
    evaluation.classes.push_back({{number_at(of_class, "accuracy"), number_at(of_class, "baseline_accuracy")},
                                  of_class.at("class").get<double>(),
                                  of_class.at("samples").get<double>()});
  }
  evaluation.shared = is_shared_report(scores);
  if (evaluation.shared) {
    find_shared_model(sources, evaluation);
  } else if (const auto nonzeros = nonzeros_in(scores)) {
    find_model(*nonzeros, sources, evaluation);
  }
  if (!evaluation.baseline_parameters && evaluation.nonzeros && evaluation.kept.value_or(0) > 0) {
    evaluation.baseline_parameters = std::round(*evaluation.nonzeros / *evaluation.kept);
  }
  return evaluation;
}

/// The model's file, or the report's name without its extension; the folder before it where names repeat.
void name_all(std::vector<Evaluation>& evaluations, const Sources& sources) {
  std::map<std::string, int> uses;
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < evaluations.size(); ++i) {
    const auto& model = evaluations[i].model;
    paths.push_back(model.value_or(sources.evaluations[i].path));
    evaluations[i].name = model ? name_of_file(paths[i]) : std::filesystem::path(paths[i]).stem().string();
    ++uses[evaluations[i].name];
  }
  for (std::size_t i = 0; i < evaluations.size(); ++i) {
    std::string& name = evaluations[i].name;
    if (uses[name] > 1) name = folder_of(paths[i]) + "/" + name;
  }
}

}  // namespace

std::string name_of_file(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

std::vector<EvaluationGroup> groups_of(const std::vector<Evaluation>& evaluations) {
  constexpr std::size_t most_names = 8;
  std::vector<EvaluationGroup> groups;
  for (const Evaluation& evaluation : evaluations) {
    const std::string& name = evaluations.size() <= most_names ? evaluation.name : evaluation.folder;
    const auto same = std::ranges::find(groups, name, &EvaluationGroup::name);
    if (same == groups.end()) {
      groups.push_back({name, {evaluation}});
    } else {
      same->evaluations.push_back(evaluation);
    }
  }
  return groups;
}

std::vector<Evaluation> evaluations_of(const Sources& sources) {
  std::vector<Evaluation> evaluations;
  for (const ScoreSource& source : sources.evaluations) {
    evaluations.push_back(evaluation_of(source, sources));
  }
  name_all(evaluations, sources);
  std::ranges::stable_sort(evaluations, [](const Evaluation& a, const Evaluation& b) {
    if (a.right.model || b.right.model) return a.right.model.value_or(-1) > b.right.model.value_or(-1);
    constexpr double unknown = std::numeric_limits<double>::infinity();
    return a.output_error.value_or(unknown) < b.output_error.value_or(unknown);
  });
  return evaluations;
}

}  // namespace simplicit::report
