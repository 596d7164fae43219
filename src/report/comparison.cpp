#include "report/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

namespace simplicit::report {
namespace {

constexpr const char* unknown = "–";

std::string percent(const std::optional<double>& part) {
  return part ? fmt::format("{:.2f} %", 100 * *part) : unknown;
}

std::string number(const std::optional<double>& value) {
  return value ? fmt::format("{:.4g}", *value) : unknown;
}

/// Attacks and certified sizes of all evaluations, each once.
struct Columns {
  bool labels = false;
  std::set<std::pair<std::string, double>> attacks;
  std::set<double> certified;
};

Columns columns_of(const std::vector<Evaluation>& evaluations) {
  Columns columns;
  for (const Evaluation& evaluation : evaluations) {
    columns.labels = columns.labels || evaluation.right.model.has_value();
    for (const Attacked& attack : evaluation.attacks) columns.attacks.emplace(attack.name, attack.epsilon);
    for (const Certified& certified : evaluation.certified) columns.certified.insert(certified.epsilon);
  }
  return columns;
}

Rightly under_attack(const Evaluation& evaluation, const std::pair<std::string, double>& column) {
  for (const Attacked& attack : evaluation.attacks) {
    if (attack.name == column.first && attack.epsilon == column.second) return attack;
  }
  return {};
}

std::optional<double> certified_at(const Evaluation& evaluation, double epsilon) {
  for (const Certified& certified : evaluation.certified) {
    if (certified.epsilon == epsilon) return certified.accuracy;
  }
  return std::nullopt;
}

std::string baseline_name(const Evaluation& evaluation) {
  if (!evaluation.baseline_parameters) return "baseline";
  return fmt::format("baseline, {:.15g} weights", *evaluation.baseline_parameters);
}

std::vector<std::string> baseline_row(const Evaluation& evaluation, const Columns& columns) {
  std::vector<std::string> row{baseline_name(evaluation)};
  row.push_back(columns.labels ? percent(evaluation.right.baseline) : "0");
  row.insert(row.end(), {"100.00 %", number(evaluation.baseline_parameters)});
  if (evaluation.baseline_parameters) row.back() = fmt::format("{:.15g}", *evaluation.baseline_parameters);
  for (const auto& column : columns.attacks)
    row.push_back(percent(under_attack(evaluation, column).baseline));
  row.insert(row.end(), columns.certified.size(), unknown);
  return row;
}

std::vector<std::string> model_row(const Evaluation& evaluation, const Columns& columns) {
  std::vector<std::string> row{evaluation.name};
  row.push_back(columns.labels ? percent(evaluation.right.model) : number(evaluation.output_error));
  row.insert(row.end(), {percent(evaluation.agreement), weights_text(evaluation)});
  for (const auto& column : columns.attacks) row.push_back(percent(under_attack(evaluation, column).model));
  for (const double epsilon : columns.certified) row.push_back(percent(certified_at(evaluation, epsilon)));
  return row;
}

constexpr std::size_t most_classes_shown = 20;

/// Classes in their order; of many those that this model decides worst.
std::vector<double> labels_shown(const Evaluation& evaluation) {
  std::vector<ClassScore> classes = evaluation.classes;
  if (classes.size() > most_classes_shown) {
    std::ranges::stable_sort(classes, {}, [](const ClassScore& score) { return score.model.value_or(1); });
    classes.resize(most_classes_shown);
  }
  std::vector<double> labels;
  for (const ClassScore& score : classes) labels.push_back(score.label);
  std::ranges::sort(labels);
  return labels;
}

Rightly of_class(const Evaluation& evaluation, double label) {
  for (const ClassScore& score : evaluation.classes) {
    if (score.label == label) return score;
  }
  return {};
}

}  // namespace

std::string weights_text(const Evaluation& evaluation) {
  if (!evaluation.nonzeros) return percent(evaluation.kept);
  std::string text = fmt::format("{:.15g}", *evaluation.nonzeros);
  if (evaluation.baseline_parameters) text += fmt::format(" of {:.15g}", *evaluation.baseline_parameters);
  if (evaluation.kept) text += " (" + percent(evaluation.kept) + ")";
  if (evaluation.kept.value_or(0) > 1) text += ": larger than the network";
  return text;
}

Grid comparison_grid(const std::vector<Evaluation>& evaluations) {
  const Columns columns = columns_of(evaluations);
  Grid grid;
  grid.caption =
      "Inputs under attack are changed by at most epsilon, each network through its own gradients; proven: "
      "right, and certain to stay right under any change up to epsilon.";
  grid.head = {"", columns.labels ? "accuracy" : "output error", "agreement", "weights"};
  for (const auto& [name, epsilon] : columns.attacks)
    grid.head.push_back(fmt::format("{} {:g}", name, epsilon));
  for (const double epsilon : columns.certified) grid.head.push_back(fmt::format("proven {:g}", epsilon));
  for (const Evaluation& evaluation : evaluations) grid.rows.push_back(model_row(evaluation, columns));
  std::set<std::vector<std::string>> seen;  // models of one baseline share its row
  for (const Evaluation& evaluation : evaluations) {
    const std::vector<std::string> row = baseline_row(evaluation, columns);
    if (seen.insert(row).second) grid.rows.push_back(row);
  }
  return grid;
}

std::optional<Grid> classes_grid(const std::vector<Evaluation>& evaluations) {
  const auto first = std::ranges::find_if(
      evaluations, [](const Evaluation& evaluation) { return !evaluation.classes.empty(); });
  if (first == evaluations.end()) return std::nullopt;
  const std::vector<double> labels = labels_shown(*first);
  Grid grid;
  grid.caption = labels.size() < first->classes.size()
                     ? fmt::format("Accuracy of the {} classes of {} that {} decides worst", labels.size(),
                                   first->classes.size(), first->name)
                     : "Accuracy of every class";
  grid.head = {"class"};
  for (const double label : labels) grid.head.push_back(fmt::format("{:.15g}", label));
  std::set<std::vector<std::string>> seen;
  std::vector<std::vector<std::string>> baselines;
  for (const Evaluation& evaluation : evaluations) {
    if (evaluation.classes.empty()) continue;
    std::vector<std::string> row{evaluation.name}, of_baseline{baseline_name(evaluation)};
    for (const double label : labels) {
      row.push_back(percent(of_class(evaluation, label).model));
      of_baseline.push_back(percent(of_class(evaluation, label).baseline));
    }
    grid.rows.push_back(std::move(row));
    if (seen.insert(of_baseline).second) baselines.push_back(std::move(of_baseline));
  }
  grid.rows.insert(grid.rows.end(), baselines.begin(), baselines.end());
  return grid;
}

Headline headline_of(const std::vector<Evaluation>& evaluations, const Sources& sources) {
  Headline headline;
  const auto pick = [&](const ScoreTable& table, std::initializer_list<const char*> names) {
    for (const char* name : names) {
      const auto score = std::ranges::find(table, name, &Score::name);
      if (score != table.end()) headline.cards.push_back(*score);
    }
  };
  headline.shared = sources.models.empty() && (!evaluations.empty() || !sources.shared_models.empty()) &&
                    std::ranges::all_of(evaluations, &Evaluation::shared);
  std::optional<std::size_t> training;
  if (!evaluations.empty()) {
    const Evaluation& best = evaluations.front();
    headline.model = best.name;
    if (best.right.model) {
      headline.cards.push_back({"Accuracy", percent(best.right.model), "Samples decided rightly."});
      headline.cards.push_back(
          {"Baseline accuracy", percent(best.right.baseline), "The network the model was made from."});
    } else {
      headline.cards.push_back({"Output error", number(best.output_error),
                                "Distance from the baseline's outputs, relative to their size."});
    }
    headline.cards.push_back({"Agreement", percent(best.agreement), "Samples on which both decide alike."});
    headline.cards.push_back({"Weights", weights_text(best),
                              best.shared ? "Nonzero weights and biases." : "Nonzeros of A, B, C, D."});
    training = best.training;
  } else if (sources.trainings.size() == 1) {
    headline.model = std::filesystem::path(sources.trainings.front().path).filename().string();
    training = 0;
  }
  if (training) {
    pick(training_table(sources.trainings[*training].scores),
         {"Rows solved", "Infinity norm of A", "Seconds"});
  }
  return headline;
}

}  // namespace simplicit::report
