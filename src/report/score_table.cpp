#include "report/score_table.hpp"

#include <fmt/format.h>

namespace simplicit::report {
namespace {

using nlohmann::json;

enum class Unit { count, number, small, share, seconds, radius };

std::string as_text(const json& value, Unit unit) {
  if (value.is_null()) return "unknown";
  if (value.is_array() && value.empty()) return "none";
  if (!value.is_number()) return value.is_string() ? value.get<std::string>() : value.dump();
  const double number = value.get<double>();
  switch (unit) {
    case Unit::count:
      return fmt::format("{:.15g}", number);
    case Unit::share:
      return fmt::format("{:.2f} %", 100 * number);
    case Unit::seconds:
      return fmt::format("{:.2f} s", number);
    case Unit::small:
      return fmt::format("{:.1e}", number);
    case Unit::radius:
      return fmt::format("{:.2e} (input units)", number);
    case Unit::number:
      break;
  }
  return fmt::format("{:.6g}", number);
}

struct Line {
  const char* pointer;  ///< JSON pointer into the report
  const char* name;
  Unit unit;
  const char* meaning;
};

template <std::size_t count>
ScoreTable table_of(const json& scores, const Line (&lines)[count]) {
  ScoreTable table;
  for (const Line& line : lines) {
    const json::json_pointer pointer(line.pointer);
    if (scores.contains(pointer))
      table.push_back({line.name, as_text(scores.at(pointer), line.unit), line.meaning});
  }
  return table;
}

constexpr Line training_lines[] = {
    {"/rows", "Rows", Unit::count, "Convex problems solved: one for each state and one for each output."},
    {"/solved", "Rows solved", Unit::count,
     "Rows whose duality gap, recomputed from the data, is within the tolerance."},
    {"/missed_rows", "Rows that missed the tolerance", Unit::number,
     "Numbers of the rows that are not proven."},
    {"/max_relative_gap", "Worst relative gap", Unit::small,
     "No row's objective can be lowered by more than this fraction: the proof of optimality."},
    {"/objective/ab", "Objective of A and B", Unit::number,
     "Sum over the state rows of misfit plus penalty."},
    {"/objective/cd", "Objective of C and D", Unit::number,
     "Sum over the output rows of misfit plus penalty."},
    {"/kept", "Weights kept", Unit::share, "Nonzeros of A, B, C and D against the weights of the baseline."},
    {"/nonzeros", "Nonzeros", Unit::count, "Of A, B, C and D together."},
    {"/baseline_parameters", "Parameters of the network", Unit::count,
     "A model with more nonzeros than this is larger than the network."},
    {"/nnz/A", "Nonzeros of A", Unit::count, "State to state."},
    {"/nnz/B", "Nonzeros of B", Unit::count, "Input to state."},
    {"/nnz/C", "Nonzeros of C", Unit::count, "State to output."},
    {"/nnz/D", "Nonzeros of D", Unit::count, "Input to output."},
    {"/norm_a_inf", "Infinity norm of A", Unit::number,
     "Below 1, every input has exactly one equilibrium state."},
    {"/ball_active", "Rows on the ball", Unit::count, "State rows held back by the bound on the norm of A."},
    {"/solver", "Solver", Unit::number, "Method that solved the rows."},
    {"/regime", "Regime", Unit::number, "Whether rows were solved from the Gram matrix or from the data."},
    {"/ranks", "Ranks", Unit::count,
     "Processes that shared the work; the model does not depend on their number."},
    {"/seconds/read", "Reading", Unit::seconds, "Wall time to bring the states into memory."},
    {"/seconds/gram", "Gram matrix", Unit::seconds, "Wall time for the products that all rows share."},
    {"/seconds/solve", "Solving", Unit::seconds,
     "Wall time from the first row handed out to the last certificate."},
    {"/seconds/gather", "Gathering", Unit::seconds, "Wall time to bring the rows together."},
    {"/seconds/write", "Writing", Unit::seconds, "Wall time to write the model file."},
    {"/seconds/total", "Total time", Unit::seconds, "Wall time of the whole run."},
};

constexpr Line evaluation_lines[] = {
    {"/samples", "Samples", Unit::count, "Samples the model was asked about."},
    {"/accuracy", "Accuracy", Unit::share, "Samples whose largest output is the true label."},
    {"/baseline_accuracy", "Baseline accuracy", Unit::share,
     "The same for the network the model was made from."},
    {"/agreement", "Agreement", Unit::share, "Samples on which the model and the baseline answer alike."},
    {"/kept", "Weights kept", Unit::share, "Nonzeros of the model against the weights of the baseline."},
    {"/nonzeros", "Nonzeros", Unit::count, "Of A, B, C and D together."},
    {"/baseline_parameters", "Parameters of the network", Unit::count,
     "A model with more nonzeros than this is larger than the network."},
    {"/state_error", "State error", Unit::number,
     "Distance of the equilibrium states from the baseline's, relative to their size (Frobenius norm)."},
    {"/output_error", "Output error", Unit::number, "The same for the outputs."},
    {"/fixed_point/iterations", "Sweeps", Unit::count,
     "Most sweeps of the solver any sample took to its equilibrium; a Picard step does far less than a "
     "sweep."},
    {"/fixed_point/residual", "Residual", Unit::small,
     "Largest change one more step would make to any state."},
    {"/fixed_point/error_bound", "Error bound", Unit::small,
     "Proven: no state is further from its equilibrium."},
    {"/norm_a_inf", "Infinity norm of A", Unit::number,
     "Below 1, every input has exactly one equilibrium state."},
    {"/spectral_radius_abs_a", "Perron-Frobenius eigenvalue of |A|", Unit::number,
     "The weaker test: below 1 is enough for one equilibrium."},
    {"/sensitivity_inf", "Sensitivity", Unit::number,
     "Proven: an output moves at most this many times as far as the inputs do (infinity norm)."},
    {"/certified_radius/median", "Certified radius, median", Unit::radius,
     "Half of the samples keep their answer whatever is done to the inputs within this distance."},
    {"/certified_radius/max", "Certified radius, largest", Unit::radius, "The same for the safest sample."},
};

constexpr Line evaluation_seconds[] = {
    {"/seconds/inference", "Inference", Unit::seconds,
     "Wall time for the equilibria and outputs alone, without reading."},
    {"/seconds/total", "Total time", Unit::seconds, "Wall time of the evaluation."},
};

ScoreTable attack_lines(const json& scores) {
  ScoreTable table;
  for (const json& attack : scores.value("attacks", json::array())) {
    const std::string baseline = as_text(attack.value("baseline_accuracy", json()), Unit::share);
    table.push_back(
        {fmt::format("Accuracy under {}, epsilon {}", as_text(attack.value("name", json()), Unit::number),
                     as_text(attack.value("epsilon", json()), Unit::number)),
         as_text(attack.value("accuracy", json()), Unit::share),
         fmt::format("Inputs changed by at most epsilon to mislead it; the baseline: {}.", baseline)});
  }
  for (const json& certified : scores.value("certified", json::array())) {
    table.push_back({fmt::format("Certified accuracy, epsilon {}",
                                 as_text(certified.value("epsilon", json()), Unit::number)),
                     as_text(certified.value("accuracy", json()), Unit::share),
                     "Right, and proven to stay right under any change of the inputs by at most epsilon."});
  }
  return table;
}

}  // namespace

ScoreTable training_table(const json& scores) {
  ScoreTable table = table_of(scores, training_lines);
  for (Score& score : table) {
    if (score.name == "Rows solved" && scores.contains("rows")) {
      score.value += " of " + as_text(scores.at("rows"), Unit::count);
    }
  }
  return table;
}

ScoreTable evaluation_table(const json& scores) {
  ScoreTable table = table_of(scores, evaluation_lines);
  for (const ScoreTable& more : {attack_lines(scores), table_of(scores, evaluation_seconds)}) {
    table.insert(table.end(), more.begin(), more.end());
  }
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

}  // namespace simplicit::report
