#include "cli/describe_kinds.hpp"
#include <simplicit/baseline/mlp_file.hpp>

#include <fmt/format.h>

namespace simplicit::cli {
namespace {

std::string layers_text(const Mlp& mlp) {
  std::string layers = std::to_string(mlp.inputs());
  for (const Matrix& weight : mlp.weights) layers += "-" + std::to_string(weight.rows());
  return layers;
}

std::string percent_text(double fraction) {
  return fmt::format("{:.2f} %", 100 * fraction);
}

}  // namespace

std::string describe_baseline(const std::string& path) {
  const Baseline baseline = read_baseline(path);
  Description description(heading(path, "baseline file"));
  description.add("layers", layers_text(baseline.mlp));
  description.add("activation", name_of(baseline.mlp.activation));
  description.add("bias", yes_or_no(baseline.mlp.bias()));
  description.add("weights and biases", std::to_string(baseline.mlp.parameter_count()));
  if (baseline.train_accuracy) description.add("train accuracy", percent_text(*baseline.train_accuracy));
  if (baseline.test_accuracy) description.add("test accuracy", percent_text(*baseline.test_accuracy));
  if (baseline.epochs) description.add("epochs", std::to_string(*baseline.epochs));
  if (baseline.seed) description.add("seed", std::to_string(*baseline.seed));
  add_provenance(description, baseline.provenance);
  return description.text();
}

}  // namespace simplicit::cli
