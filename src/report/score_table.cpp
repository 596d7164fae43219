#include "report/score_table.hpp"

#include <simplicit/evaluate/scores.hpp>
#include <simplicit/evaluate/shared_scores.hpp>
#include <simplicit/report/sources.hpp>
#include <simplicit/shared/plan_shared.hpp>
#include <simplicit/train/run_report.hpp>

#include <fmt/format.h>

#include <cctype>
#include <cmath>
#include <optional>

namespace simplicit::report {
namespace {

using nlohmann::json;

std::string sentence(std::string text) {
  if (!text.empty()) text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return text;
}

/// What the report says of these figures; those that it does not have are left out.
std::vector<FigureValue> found_in(const json& scores, std::vector<FigureValue> figures) {
  std::erase_if(figures, [&](FigureValue& figure) {
    const json::json_pointer place(figure.key);
    if (!scores.contains(place)) return true;
    const json& value = scores.at(place);
    if (value.is_number()) figure.value = value.get<double>();
    return false;
  });
  return figures;
}

/// A line for each that the command prints one for, then one for each other figure.
ScoreTable table_of(const json& scores, const std::vector<FigureValue>& figures) {
  ScoreTable table;
  const std::vector<FigureValue> found = found_in(scores, figures);
  for (const FigureLine& line : lines_of(found)) {
    table.push_back({sentence(line.name), line.value, sentence(line.meaning) + "."});
  }
  for (const FigureValue& figure : found) {
    if (*figure.line == 0)
      table.push_back({sentence(figure.meaning), text_of(figure.print, figure.value), ""});
  }
  return table;
}

ScoreTable attack_lines(const json& scores) {
  ScoreTable table;
  for (const json& attack : scores.value("attacks", json::array())) {
    table.push_back({fmt::format("Accuracy under {}, epsilon {}", attack.value("name", ""),
                                 text_of(as_exact_number, number_at(attack, "epsilon"))),
                     text_of(as_percent, number_at(attack, "accuracy")),
                     fmt::format("Inputs changed by at most epsilon to mislead it; the baseline: {}.",
                                 text_of(as_percent, number_at(attack, "baseline_accuracy")))});
  }
  for (const json& certified : scores.value("certified", json::array())) {
    table.push_back({fmt::format("Certified accuracy, epsilon {}",
                                 text_of(as_exact_number, number_at(certified, "epsilon"))),
                     text_of(as_percent, number_at(certified, "accuracy")),
                     "Right, and proven to stay right under any change of the inputs by at most epsilon."});
  }
  return table;
}

/// The rows that missed the tolerance, by their numbers.
ScoreTable missed_lines(const json& scores) {
  const json missed = scores.value("missed_rows", json::array());
  if (missed.empty()) return {};
  return {{"Rows that missed the tolerance", missed.dump(), "Numbers of the rows that are not proven."}};
}

}  // namespace

ScoreTable training_table(const json& scores) {
  ScoreTable table = table_of(scores, run_figures());
  for (Score& score : missed_lines(scores)) table.push_back(std::move(score));
  return table;
}

ScoreTable evaluation_table(const json& scores) {
  ScoreTable table =
      table_of(scores, is_shared_report(scores) ? shared_evaluation_figures() : evaluation_figures());
  for (Score& score : attack_lines(scores)) table.push_back(std::move(score));
  return table;
}

ScoreTable model_table(const ImplicitModel& model) {
  const auto matrix = [](const char* name, const SparseMatrix& M, const char* meaning) {
    return Score{fmt::format("{}", name),
                 fmt::format("{} x {}, {} nonzeros", M.rows(), M.cols(), M.nonZeros()), meaning};
  };
  ScoreTable table{matrix("A", model.A, "State to state."), matrix("B", model.B, "Input to state."),
                   matrix("C", model.C, "State to output."), matrix("D", model.D, "Input to output.")};
  table.push_back({"Activation", name_of(model.activation), "The function applied to every state."});
  table.push_back(
      {"Bias", model.bias ? "yes" : "no", "Whether B and D have a last column for the constant 1."});
  table.push_back(
      {"kappa", fmt::format("{:g}", model.kappa), "The bound the infinity norm of A had to keep."});
  if (const auto kept = model.kept()) {
    table.push_back({"Weights kept", fmt::format("{:.2f} %", 100 * *kept),
                     "Nonzeros of A, B, C and D against the weights of the baseline."});
  }
  return table;
}

ScoreTable model_table(const SharedModel& model) {
  const LayeredNetwork& network = model.network;
  ScoreTable table{
      {"Inputs and outputs", fmt::format("{} to {}", network.inputs(), network.outputs()), "Of one sample."},
      {"Operators with weights",
       fmt::format("{} in {} layers", network.operators.size(), network.layers.size()),
       "A layer's operators feed one sum; one row per channel is shared by all positions."},
      {"Weights and biases", fmt::format("{} of {}", model.nonzeros(), model.baseline_parameters),
       "Nonzeros, against those of the network as it came."},
      {"Kept", fmt::format("{:.2f} %", 100 * model.kept()), "The same as a share."},
      {"Network as ONNX", fmt::format("{} bytes", network.onnx.size()), "With the new weights in float32."}};
  if (std::isfinite(model.kappa)) {
    table.push_back({"kappa", fmt::format("{:g}", model.kappa),
                     "The bound that the sum of the absolute weights that read states had to keep."});
  }
  return table;
}

}  // namespace simplicit::report
