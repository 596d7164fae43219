#include <simplicit/evaluate/scores.hpp>

#include <spdlog/fmt/fmt.h>

namespace simplicit {
namespace {

nlohmann::json or_null(const std::optional<double>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

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
  return part ? fmt::format("{:.2f} %", 100 * *part) : "unknown";
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

}  // namespace

nlohmann::json to_json(const Scores& scores) {
  nlohmann::json record{{"samples", scores.samples},
                        {"accuracy", or_null(scores.accuracy)},
                        {"baseline_accuracy", or_null(scores.baseline_accuracy)},
                        {"pruned_accuracy", or_null(scores.pruned_accuracy)},
                        {"agreement", scores.agreement},
                        {"state_error", scores.state_error},
                        {"output_error", scores.output_error},
                        {"fixed_point",
                         {{"iterations", scores.fixed_point.iterations},
                          {"residual", scores.fixed_point.residual},
                          {"error_bound", scores.fixed_point.error_bound}}},
                        {"norm_a_inf", scores.norm_a_inf},
                        {"spectral_radius_abs_a", scores.spectral_radius_abs_a},
                        {"sensitivity_inf", scores.sensitivity_inf},
                        {"nnz",
                         {{"A", scores.nonzeros_a},
                          {"B", scores.nonzeros_b},
                          {"C", scores.nonzeros_c},
                          {"D", scores.nonzeros_d}}},
                        {"kept", or_null(scores.kept)},
                        {"certified_radius", {{"median", scores.radius_median}, {"max", scores.radius_max}}},
                        {"certified", certified_json(scores.certified)},
                        {"attacks", attacks_json(scores.attacks)},
                        {"seconds",
                         {{"read", scores.seconds.read},
                          {"inference", scores.seconds.inference},
                          {"attack", scores.seconds.attack},
                          {"certify", scores.seconds.certify},
                          {"total", scores.seconds.total}}}};
  add_size(scores.size, record);
  if (!scores.certified.empty() && scores.certified.front().others) {
    record["certified_by"] = scores.certified_by;
    record["certified_radius"]["bound"] = scores.radius_by;
    record["baseline_certified"] = certified_json(scores.baseline_certified);
  }
  return record;
}

std::string to_table(const Scores& scores) {
  const Index nonzeros = scores.nonzeros_a + scores.nonzeros_b + scores.nonzeros_c + scores.nonzeros_d;
  std::string table = fmt::format("On {} samples\n", scores.samples);
  if (scores.accuracy) {
    table += line("accuracy of the model", percent(scores.accuracy));
    table += line("accuracy of the baseline", percent(scores.baseline_accuracy));
    if (scores.pruned_accuracy)
      table += line("of the baseline pruned as far", percent(scores.pruned_accuracy));
    table += line("both decide the same", percent(scores.agreement));
  }
  table += line("relative error of the outputs", fmt::format("{:.4g}", scores.output_error));
  table += line("relative error of the states", fmt::format("{:.4g}", scores.state_error));
  table += "Fixed point, worst sample\n";
  table += line("iterations", fmt::format("{}", scores.fixed_point.iterations));
  table += line("residual", fmt::format("{:.3g}", scores.fixed_point.residual));
  table += line("proven error at most", fmt::format("{:.3g}", scores.fixed_point.error_bound));
  table += "Weights\n";
  table += line("nonzeros", fmt::format("{} (A {}, B {}, C {}, D {})", nonzeros, scores.nonzeros_a,
                                        scores.nonzeros_b, scores.nonzeros_c, scores.nonzeros_d));
  table += line("kept of the baseline's", percent(scores.kept));
  table += line("size", text_of(scores.size));
  table += line("infinity norm of A", fmt::format("{:.6g}", scores.norm_a_inf));
  table += line("spectral radius of |A| at most", fmt::format("{:.6g}", scores.spectral_radius_abs_a));
  table += "Against perturbations of the input\n";
  table += line("output moves per unit at most", fmt::format("{:.5g}", scores.sensitivity_inf));
  table += line("certified radius, median", fmt::format("{:.3g}", scores.radius_median));
  table += line("certified radius, largest", fmt::format("{:.3g}", scores.radius_max));
  table += certified_table(scores);
  table += attacks_table(scores);
  table += fmt::format("In {:.2f} s, equilibria and outputs {:.3f} s of them\n", scores.seconds.total,
                       scores.seconds.inference);
  return table;
}

}  // namespace simplicit
