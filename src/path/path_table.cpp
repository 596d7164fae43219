#include <simplicit/path/path_table.hpp>

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <functional>
#include <limits>

namespace simplicit {
namespace {

double or_nan(const std::optional<double>& value) {
  return value.value_or(std::numeric_limits<double>::quiet_NaN());
}

struct Figure {
  const char* name;
  double (*of)(const PathPoint& point);
};

constexpr auto figures = std::to_array<Figure>({
    {"lambda_rel", [](const PathPoint& point) { return point.lambda_rel; }},
    {"kept", [](const PathPoint& point) { return or_nan(point.scores.kept); }},
    {"nnz_a", [](const PathPoint& point) { return static_cast<double>(point.scores.nonzeros_a); }},
    {"nnz_b", [](const PathPoint& point) { return static_cast<double>(point.scores.nonzeros_b); }},
    {"nnz_c", [](const PathPoint& point) { return static_cast<double>(point.scores.nonzeros_c); }},
    {"nnz_d", [](const PathPoint& point) { return static_cast<double>(point.scores.nonzeros_d); }},
    {"objective_ab", [](const PathPoint& point) { return point.rows.objective_ab; }},
    {"objective_cd", [](const PathPoint& point) { return point.rows.objective_cd; }},
    {"max_relative_gap", [](const PathPoint& point) { return point.rows.max_relative_gap; }},
    {"missed_rows",
     [](const PathPoint& point) { return static_cast<double>(point.rows.missed_rows.size()); }},
    {"ball_active", [](const PathPoint& point) { return static_cast<double>(point.rows.ball_active); }},
    {"norm_a_inf", [](const PathPoint& point) { return point.scores.norm_a_inf; }},
    {"spectral_radius_abs_a", [](const PathPoint& point) { return point.scores.spectral_radius_abs_a; }},
    {"sensitivity_inf", [](const PathPoint& point) { return point.scores.sensitivity_inf; }},
    {"accuracy", [](const PathPoint& point) { return or_nan(point.scores.accuracy); }},
    {"agreement", [](const PathPoint& point) { return point.scores.agreement; }},
    {"state_error", [](const PathPoint& point) { return point.scores.state_error; }},
    {"output_error", [](const PathPoint& point) { return point.scores.output_error; }},
    {"certified_radius", [](const PathPoint& point) { return point.scores.radius_median; }},
    {"pruned_accuracy", [](const PathPoint& point) { return or_nan(point.scores.pruned_accuracy); }},
    {"seconds", [](const PathPoint& point) { return point.seconds; }},
});

std::string percent(double part) {
  return std::isnan(part) ? "unknown" : fmt::format("{:.2f} %", 100 * part);
}

}  // namespace

std::vector<double> PathTable::column(const std::string& name) const {
  for (const Column& column : columns) {
    if (column.name == name) return column.values;
  }
  return {};
}

PathTable path_table(const PathOutcome& outcome) {
  PathTable table;
  for (const Figure& figure : figures) {
    PathTable::Column& column = table.columns.emplace_back(PathTable::Column{figure.name, {}});
    for (const PathPoint& point : outcome.points) column.values.push_back(figure.of(point));
  }
  if (!outcome.points.empty()) table.baseline_accuracy = outcome.points.front().scores.baseline_accuracy;
  return table;
}

std::string to_csv(const PathTable& table) {
  std::string text;
  for (const PathTable::Column& column : table.columns) text += (text.empty() ? "" : ",") + column.name;
  text += '\n';
  for (std::size_t point = 0; point < table.points(); ++point) {
    std::string line;
    for (const PathTable::Column& column : table.columns) {
      const double value = column.values[point];
      if (&column != &table.columns.front()) line += ',';
      if (!std::isnan(value)) line += fmt::format("{}", value);
    }
    text += line + '\n';
  }
  return text;
}

std::string to_text(const PathTable& table) {
  const auto lambda = table.column("lambda_rel"), kept = table.column("kept"),
             accuracy = table.column("accuracy"), agreement = table.column("agreement"),
             pruned = table.column("pruned_accuracy"), norm = table.column("norm_a_inf"),
             sensitivity = table.column("sensitivity_inf"), seconds = table.column("seconds");
  std::string text =
      fmt::format("{:>10}  {:>9}  {:>9}  {:>9}  {:>17}  {:>8}  {:>11}  {:>8}\n", "lambda-rel", "kept",
                  "accuracy", "agreement", "pruned baseline", "|A|_inf", "sensitivity", "seconds");
  for (std::size_t k = 0; k < table.points(); ++k) {
    text += fmt::format("{:>10.3e}  {:>9}  {:>9}  {:>9}  {:>17}  {:>8.4f}  {:>11.4g}  {:>8.2f}\n", lambda[k],
                        percent(kept[k]), percent(accuracy[k]), percent(agreement[k]), percent(pruned[k]),
                        norm[k], sensitivity[k], seconds[k]);
  }
  if (table.baseline_accuracy) text += "baseline: accuracy " + percent(*table.baseline_accuracy) + "\n";
  return text;
}

}  // namespace simplicit
