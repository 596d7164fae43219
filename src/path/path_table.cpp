#include <simplicit/base/figure.hpp>
#include <simplicit/path/follow_shared_path.hpp>
#include <simplicit/path/path_table.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace simplicit {
namespace {

std::optional<double> known(double value) {
  return std::isnan(value) ? std::nullopt : std::optional(value);
}

double or_nan(const std::optional<double>& value) {
  return value.value_or(std::numeric_limits<double>::quiet_NaN());
}

constexpr Print as_share_of_maximum{"{:.3e}"};
constexpr Print as_norm{"{:.4f}"};

using P = PathPoint;

// A key is "/" and the name of a column; a line is its head in the table for people, empty where it is not
// shown there.
constexpr auto figures = std::to_array<Figure<P>>({
    {"/lambda_rel", "lambda-rel", "", as_share_of_maximum, "penalty as a fraction of each row's lambda_max",
     [](const P& point) { return std::optional(point.lambda_rel); }},
    {"/kept", "kept", "", as_percent, "nonzeros over the baseline's weights",
     [](const P& point) { return point.scores.kept; }},
    {"/nnz_a", "", "", as_count, "nonzeros of A",
     [](const P& point) { return counted(point.scores.nonzeros_a); }},
    {"/nnz_b", "", "", as_count, "nonzeros of B",
     [](const P& point) { return counted(point.scores.nonzeros_b); }},
    {"/nnz_c", "", "", as_count, "nonzeros of C",
     [](const P& point) { return counted(point.scores.nonzeros_c); }},
    {"/nnz_d", "", "", as_count, "nonzeros of D",
     [](const P& point) { return counted(point.scores.nonzeros_d); }},
    {"/objective_ab", "", "", as_number, "sum of P over the rows of [A B]",
     [](const P& point) { return std::optional(point.rows.objective_ab); }},
    {"/objective_cd", "", "", as_number, "sum of P over the rows of [C D]",
     [](const P& point) { return std::optional(point.rows.objective_cd); }},
    {"/max_relative_gap", "", "", as_tiny_number, "largest relative gap of a row",
     [](const P& point) { return std::optional(point.rows.max_relative_gap); }},
    {"/missed_rows", "", "", as_count, "rows that did not reach the tolerance",
     [](const P& point) { return counted(std::ssize(point.rows.missed_rows)); }},
    {"/ball_active", "", "", as_count, "rows of A whose sum is kappa",
     [](const P& point) { return counted(point.rows.ball_active); }},
    {"/norm_a_inf", "|A|_inf", "", as_norm, "largest row sum of |A|",
     [](const P& point) { return std::optional(point.scores.norm_a_inf); }},
    {"/spectral_radius_abs_a", "", "", as_exact_number, "bound on the spectral radius of |A|",
     [](const P& point) { return std::optional(point.scores.spectral_radius_abs_a); }},
    {"/sensitivity_inf", "sensitivity", "", as_number,
     "most that an output moves for each unit of the inputs",
     [](const P& point) { return std::optional(point.scores.sensitivity_inf); }},
    {"/accuracy", "accuracy", "", as_percent, "samples decided rightly",
     [](const P& point) { return point.scores.accuracy; }},
    {"/agreement", "agreement", "", as_percent, "samples decided as the baseline does",
     [](const P& point) { return std::optional(point.scores.agreement); }},
    {"/state_error", "", "", as_number, "relative error of the states",
     [](const P& point) { return std::optional(point.scores.state_error); }},
    {"/output_error", "output error", "", as_number, "relative error of the outputs",
     [](const P& point) { return std::optional(point.scores.output_error); }},
    {"/certified_radius", "", "", as_number, "median certified radius",
     [](const P& point) { return std::optional(point.scores.radius_median); }},
    {"/pruned_accuracy", "pruned baseline", "", as_percent,
     "accuracy of the baseline pruned to as many weights",
     [](const P& point) { return point.scores.pruned_accuracy; }},
    {"/seconds", "seconds", "", as_seconds, "seconds solving the rows",
     [](const P& point) { return std::optional(point.seconds); }},
});

using Q = SharedPathPoint;

constexpr auto shared_figures = std::to_array<Figure<Q>>({
    {"/keep", "to keep", "", as_percent, "part of the network's parameters that may stay",
     [](const Q& point) { return point.keep; }},
    {"/lambda_rel", "lambda-rel", "", as_share_of_maximum, "penalty as a fraction of each row's lambda_max",
     [](const Q& point) { return point.lambda_rel; }},
    {"/kept", "kept", "", as_percent, "nonzeros over the network's parameters",
     [](const Q& point) { return std::optional(point.scores.kept); }},
    {"/nonzeros", "nonzeros", "", as_count, "weights and biases that are not 0",
     [](const Q& point) { return counted(point.scores.nonzeros); }},
    {"/objective", "", "", as_number, "sum of P over all rows",
     [](const Q& point) { return std::optional(point.objective); }},
    {"/max_relative_gap", "", "", as_tiny_number, "largest relative gap of a row",
     [](const Q& point) { return std::optional(point.max_relative_gap); }},
    {"/missed_rows", "", "", as_count, "rows that did not reach the tolerance",
     [](const Q& point) { return counted(point.missed_rows); }},
    {"/accuracy", "accuracy", "", as_percent, "samples decided rightly",
     [](const Q& point) { return point.scores.accuracy; }},
    {"/agreement", "agreement", "", as_percent, "samples decided as the network does",
     [](const Q& point) { return std::optional(point.scores.agreement); }},
    {"/output_error", "output error", "", as_number, "relative error of the outputs",
     [](const Q& point) { return std::optional(point.scores.output_error); }},
    {"/pruned_accuracy", "by magnitude", "", as_percent,
     "accuracy of the network pruned by magnitude to as many weights",
     [](const Q& point) { return point.scores.magnitude_accuracy; }},
    {"/seconds", "seconds", "", as_seconds, "seconds of training",
     [](const Q& point) { return std::optional(point.seconds); }},
});

std::string name_of_column(const char* key) {
  return key + 1;
}

/// How a column is shown to a person.
struct ShownColumn {
  std::string name;
  std::string head;
  Print print;
};

template <class Of, std::size_t count>
void append_shown(const std::array<Figure<Of>, count>& all, std::vector<ShownColumn>& shown) {
  for (const Figure<Of>& figure : all) {
    if (*figure.line != 0) shown.push_back({name_of_column(figure.key), figure.line, figure.print});
  }
}

/// The columns that people look for first.
std::vector<ShownColumn> columns_shown(bool shared_rows) {
  std::vector<ShownColumn> shown;
  if (shared_rows) {
    append_shown(shared_figures, shown);
  } else {
    append_shown(figures, shown);
  }
  return shown;
}

template <class Of, std::size_t count>
PathTable table_of(const std::array<Figure<Of>, count>& all, const std::vector<Of>& points) {
  PathTable table;
  for (const Figure<Of>& figure : all) {
    PathTable::Column& column = table.columns.emplace_back(PathTable::Column{name_of_column(figure.key), {}});
    for (const Of& point : points) column.values.push_back(or_nan(figure.of(point)));
  }
  if (!points.empty()) table.baseline_accuracy = points.front().scores.baseline_accuracy;
  return table;
}

}  // namespace

std::vector<double> PathTable::column(const std::string& name) const {
  for (const Column& column : columns) {
    if (column.name == name) return column.values;
  }
  return {};
}

PathTable path_table(const PathOutcome& outcome) {
  return table_of(figures, outcome.points);
}

PathTable path_table(const std::vector<SharedPathPoint>& points) {
  return table_of(shared_figures, points);
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
  std::vector<std::string> lines(table.points() + 1);
  for (const ShownColumn& column : columns_shown(!table.column("keep").empty())) {
    const std::vector<double> values = table.column(column.name);
    if (std::ranges::all_of(values, [](double value) { return std::isnan(value); })) continue;
    std::vector<std::string> texts{column.head};
    for (const double value : values) texts.push_back(text_of(column.print, known(value)));
    std::size_t width = 8;
    for (const std::string& text : texts) width = std::max(width, text.size());
    for (std::size_t k = 0; k < lines.size(); ++k) {
      lines[k] +=
          fmt::format("{}{:>{}}", lines[k].empty() ? "" : "  ", k < texts.size() ? texts[k] : "", width);
    }
  }
  std::string text = fmt::format("{}\n", fmt::join(lines, "\n"));
  if (table.baseline_accuracy) {
    text += "baseline: accuracy " + text_of(as_percent, *table.baseline_accuracy) + "\n";
  }
  return text;
}

std::vector<std::string> shown_columns(bool shared_rows) {
  std::vector<std::string> names;
  for (const ShownColumn& column : columns_shown(shared_rows)) names.push_back(column.name);
  return names;
}

}  // namespace simplicit
