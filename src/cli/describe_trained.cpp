#include "cli/describe.hpp"
#include <simplicit/base/figure.hpp>
#include <simplicit/baseline/mlp_file.hpp>
#include <simplicit/path/path_table.hpp>

namespace simplicit::cli {
namespace {

std::string layers_text(const Mlp& mlp) {
  std::string layers = std::to_string(mlp.inputs());
  for (const Matrix& weight : mlp.weights) layers += "-" + std::to_string(weight.rows());
  return layers;
}

}  // namespace

std::string describe_baseline(const std::string& path) {
  const Baseline baseline = read_baseline(path);
  Description description(heading(path, "baseline file"));
  description.add("layers", layers_text(baseline.mlp));
  description.add("activation", name_of(baseline.mlp.activation));
  description.add("bias", yes_or_no(baseline.mlp.bias()));
  description.add("weights and biases", std::to_string(baseline.mlp.parameter_count()));
  if (baseline.train_accuracy)
    description.add("train accuracy", text_of(as_percent, baseline.train_accuracy));
  if (baseline.test_accuracy) description.add("test accuracy", text_of(as_percent, baseline.test_accuracy));
  if (baseline.epochs) description.add("epochs", std::to_string(*baseline.epochs));
  if (baseline.seed) description.add("seed", std::to_string(*baseline.seed));
  add_provenance(description, baseline.provenance);
  return description.text();
}

std::string describe_path(const std::string& path) {
  const PathTable table = read_path(path);
  Description description(heading(path, "path file"));
  description.add("points", std::to_string(table.points()));
  std::string figures;
  for (const PathTable::Column& column : table.columns)
    figures += (figures.empty() ? "" : ", ") + column.name;
  description.add("figures", figures);
  add_provenance(description, table.provenance);
  return description.text() + "\n" + to_text(table);
}

}  // namespace simplicit::cli
