#include <simplicit/base/figure.hpp>
#include <simplicit/base/json_document.hpp>
#include <simplicit/evaluate/scores.hpp>

#include <spdlog/fmt/fmt.h>

#include <array>
#include <vector>

namespace simplicit {
namespace {

nlohmann::json certified_json(const std::vector<CertifiedAccuracy>& certified) {
  nlohmann::json list = nlohmann::json::array();
  for (const CertifiedAccuracy& at : certified) {
    nlohmann::json entry{{"epsilon", at.epsilon}, {"accuracy", or_null(at.accuracy)}};
    if (at.others) {
      entry["attacked"] = at.others->attacked;
      entry["open"] = at.others->open;
      entry["misclassified"] = at.others->misclassified;
    }
    list.push_back(std::move(entry));
  }
  return list;
}

nlohmann::json attacks_json(const std::vector<AttackedAccuracy>& attacks) {
  nlohmann::json list = nlohmann::json::array();
  for (const AttackedAccuracy& under : attacks) {
    list.push_back({{"name", under.name},
                    {"epsilon", under.epsilon},
                    {"accuracy", under.accuracy},
                    {"baseline_accuracy", or_null(under.baseline_accuracy)}});
  }
  return list;
}

std::string percent(const std::optional<double>& part) {
  return text_of(as_percent, part);
}

std::string line(const std::string& name, const std::string& value) {
  return fmt::format("  {:<34}{}\n", name, value);
}

std::string certified_row(const std::string& who, const CertifiedAccuracy& at) {
  return line(fmt::format("{:<9}{:g}", who, at.epsilon),
              fmt::format("{:>9}  {:>9}  {:>9}  {:>9}", percent(at.accuracy), percent(at.others->attacked),
                          percent(at.others->open), percent(at.others->misclassified)));
}

std::string certified_table(const Scores& scores) {
  std::string table;
  if (scores.certified.empty() || !scores.certified.front().others) {
    for (const CertifiedAccuracy& at : scores.certified) {
      table += line(fmt::format("certified accuracy at {:g}", at.epsilon), percent(at.accuracy));
    }
    return table;
  }
  table += line(fmt::format("{:<9}{}", scores.certified_by, "epsilon"),
                "certified   attacked       open  misclassified");
  for (const CertifiedAccuracy& at : scores.certified) table += certified_row("model", at);
  for (const CertifiedAccuracy& at : scores.baseline_certified) table += certified_row("baseline", at);
  return table;
}

std::string attacks_table(const Scores& scores) {
  if (scores.attacks.empty()) return "";
  std::string table = fmt::format("Accuracy under attack, inputs {}\n",
                                  scores.attacks_clipped ? "kept in [0, 1]" : "not clipped");
  table += line("attack  epsilon", "   model    baseline");
  for (const AttackedAccuracy& under : scores.attacks) {
    table += line(fmt::format("{:<8}{:g}", under.name, under.epsilon),
                  fmt::format("{:>8}  {:>10}", percent(under.accuracy), percent(under.baseline_accuracy)));
  }
  return table;
}

using S = Scores;

constexpr Print as_three_digits{"{:.3g}"};
constexpr Print as_five_digits{"{:.5g}"};
constexpr Print first_matrix{"(A {:.0f}", 1, true};
constexpr Print last_matrix{"D {:.0f})", 1, true};

constexpr auto decision_figures = std::to_array<Figure<S>>({
    {"/samples", "", "", as_count, "samples scored", [](const S& scores) { return counted(scores.samples); }},
    {"/accuracy", "accuracy of the model", "", as_percent, "samples that the model decides rightly",
     [](const S& scores) { return scores.accuracy; }},
    {"/baseline_accuracy", "accuracy of the baseline", "", as_percent,
     "samples that the baseline decides rightly", [](const S& scores) { return scores.baseline_accuracy; }},
    {"/pruned_accuracy", "of the baseline pruned as far", "", as_percent,
     "the same with the baseline's largest weights, as many as the model has",
     [](const S& scores) { return scores.pruned_accuracy; }},
    {"/agreement", "both decide the same", "", as_percent, "samples on which both decide the same",
     [](const S& scores) { return std::optional(scores.agreement); }},
});

constexpr auto errors = std::to_array<Figure<S>>({
    {"/output_error", "relative error of the outputs", "", as_number, "|Y_model - Y|_F / |Y|_F",
     [](const S& scores) { return std::optional(scores.output_error); }},
    {"/state_error", "relative error of the states", "", as_number, "|X_model - X|_F / |X|_F",
     [](const S& scores) { return std::optional(scores.state_error); }},
});

constexpr auto fixed_point = std::to_array<Figure<S>>({
    {"/fixed_point/iterations", "sweeps of the solver", "", as_count, "sweeps of the sample that took most",
     [](const S& scores) { return counted(scores.fixed_point.iterations); }},
    {"/fixed_point/residual", "residual", "", as_three_digits, "largest |x - phi(A x + B u)|_inf",
     [](const S& scores) { return std::optional(scores.fixed_point.residual); }},
    {"/fixed_point/error_bound", "proven error at most", "", as_three_digits,
     "bound on the distance of a state from its equilibrium",
     [](const S& scores) { return std::optional(scores.fixed_point.error_bound); }},
});

constexpr auto weights = std::to_array<Figure<S>>({
    {"/nonzeros", "nonzeros", "", as_count, "weights that are not 0",
     [](const S& scores) {
       return counted(scores.nonzeros_a + scores.nonzeros_b + scores.nonzeros_c + scores.nonzeros_d);
     }},
    {"/nnz/A", "nonzeros", "", first_matrix, "those of A",
     [](const S& scores) { return counted(scores.nonzeros_a); }},
    {"/nnz/B", "nonzeros", "B", as_count, "those of B",
     [](const S& scores) { return counted(scores.nonzeros_b); }},
    {"/nnz/C", "nonzeros", "C", as_count, "those of C",
     [](const S& scores) { return counted(scores.nonzeros_c); }},
    {"/nnz/D", "nonzeros", "", last_matrix, "those of D",
     [](const S& scores) { return counted(scores.nonzeros_d); }},
    {"/kept", "kept of the baseline's", "", as_percent, "nonzeros over the baseline's weights",
     [](const S& scores) { return scores.kept; }},
    {"/norm_a_inf", "infinity norm of A", "", as_exact_number, "largest row sum of |A|",
     [](const S& scores) { return std::optional(scores.norm_a_inf); }},
    {"/spectral_radius_abs_a", "spectral radius of |A| at most", "", as_exact_number,
     "bound on the spectral radius of |A|",
     [](const S& scores) { return std::optional(scores.spectral_radius_abs_a); }},
});

constexpr auto perturbations = std::to_array<Figure<S>>({
    {"/sensitivity_inf", "output moves per unit at most", "", as_five_digits,
     "most that an output moves for each unit of the inputs",
     [](const S& scores) { return std::optional(scores.sensitivity_inf); }},
    {"/certified_radius/median", "certified radius, median", "", as_three_digits,
     "change of the inputs that provably does not change the decision, median of the samples",
     [](const S& scores) { return std::optional(scores.radius_median); }},
    {"/certified_radius/max", "certified radius, largest", "", as_three_digits,
     "the same, largest of the samples", [](const S& scores) { return std::optional(scores.radius_max); }},
});

constexpr auto seconds = std::to_array<Figure<S>>({
    {"/seconds/read", "", "", as_seconds, "seconds reading the samples",
     [](const S& scores) { return std::optional(scores.seconds.read); }},
    {"/seconds/inference", "", "", as_seconds, "seconds computing equilibria and outputs",
     [](const S& scores) { return std::optional(scores.seconds.inference); }},
    {"/seconds/attack", "", "", as_seconds, "seconds attacking",
     [](const S& scores) { return std::optional(scores.seconds.attack); }},
    {"/seconds/certify", "", "", as_seconds, "seconds proving robustness",
     [](const S& scores) { return std::optional(scores.seconds.certify); }},
    {"/seconds/total", "", "", as_seconds, "seconds in all",
     [](const S& scores) { return std::optional(scores.seconds.total); }},
});

/// Every list of figures, in the order of the table.
template <class Visit>
void for_each_list(const Visit& visit) {
  visit(decision_figures);
  visit(errors);
  visit(fixed_point);
  visit(weights);
  visit(perturbations);
  visit(seconds);
}

}  // namespace

std::vector<FigureValue> evaluation_figures() {
  std::vector<FigureValue> all;
  for_each_list([&](const auto& figures) { append(all, figures); });
  return all;
}

nlohmann::json to_json(const Scores& scores) {
  nlohmann::json record{{"certified", certified_json(scores.certified)},
                        {"classes", to_json(scores.classes)},
                        {"attacks", attacks_json(scores.attacks)}};
  for_each_list([&](const auto& figures) { add_to(record, values_of(figures, scores)); });
  add_size(scores.size, record);
  if (!scores.certified.empty() && scores.certified.front().others) {
    record["certified_by"] = scores.certified_by;
    record["certified_radius"]["bound"] = scores.radius_by;
    record["baseline_certified"] = certified_json(scores.baseline_certified);
  }
  return record;
}

std::string to_table(const Scores& scores) {
  const auto lines = [&](const auto& figures) { return table_of(values_of(figures, scores), 33, "  "); };
  std::string table = fmt::format("On {} samples\n", scores.samples);
  if (scores.accuracy) {
    const std::vector<FigureValue> all = values_of(decision_figures, scores);
    table += table_of(scores.pruned_accuracy ? all : without(all, "/pruned_accuracy"), 33, "  ");
  }
  table += lines(errors);
  table += "Fixed point, worst sample\n" + lines(fixed_point);
  table += "Weights\n" + lines(weights);
  table += line("size", text_of(scores.size));
  table += "Against perturbations of the input\n" + lines(perturbations);
  table += certified_table(scores);
  table += attacks_table(scores);
  table += fmt::format("In {:.2f} s, equilibria and outputs {:.3f} s of them\n", scores.seconds.total,
                       scores.seconds.inference);
  return table;
}

}  // namespace simplicit
