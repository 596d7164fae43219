#include "cli/describe.hpp"
#include <simplicit/model/implicit_model.hpp>
#include <simplicit/model/input_normalization.hpp>
#include <simplicit/model/model_size.hpp>
#include <simplicit/model/shared_model.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace simplicit::cli {
namespace {

std::string matrix_text(const SparseMatrix& matrix) {
  return fmt::format("{} x {}, {} nonzero", matrix.rows(), matrix.cols(),
                     fraction_text(matrix.nonZeros(), matrix.rows() * matrix.cols()));
}

std::string kept_text(const ImplicitModel& model) {
  if (!model.baseline_weights()) {
    return fmt::format("{} weights, the size of the baseline is unknown", model.nonzeros());
  }
  return fraction_text(model.nonzeros(), *model.baseline_weights()) +
         (model.baseline_connections ? " connections of the baseline" : " weights of the baseline");
}

std::string scale_text(const Vector& scale) {
  if (scale.size() == 0 || (scale.array() == 1).all()) {
    return "none, the states are as the network has them";
  }
  return fmt::format("factors {:.6g} to {:.6g}", scale.minCoeff(), scale.maxCoeff());
}

void add_rows(Description& description, const ImplicitModel::Rows& rows) {
  const auto count = [&](RowStatus status) {
    return std::count(rows.status.begin(), rows.status.end(), static_cast<std::int64_t>(status));
  };
  const auto all = static_cast<long long>(rows.status.size());
  const auto exact = static_cast<std::int64_t>(RowStatus::exact_to_rounding);
  description.add("rows solved",
                  fraction_text(count(RowStatus::solved) + count(RowStatus::exact_to_rounding), all));
  for (const RowStatus status : {RowStatus::exact_to_rounding, RowStatus::tolerance_missed,
                                 RowStatus::infeasible, RowStatus::numerical_trouble}) {
    if (count(status) > 0) description.add("rows " + name_of(status), fraction_text(count(status), all));
  }
  double worst = 0;
  for (std::size_t i = 0; i < rows.relative_gap.size(); ++i) {
    if (rows.status[i] != exact) worst = std::max(worst, rows.relative_gap[i]);
  }
  if (!rows.relative_gap.empty()) description.add("worst relative gap", fmt::format("{:.3g}", worst));
}

std::string describe_shared_model(const std::string& path) {
  const SharedModel model = read_shared_model(path);
  const LayeredNetwork& network = model.network;
  Description description(heading(path, "model file"));
  description.add("structure", "shared: one row a channel for all positions");
  description.add("inputs", std::to_string(network.inputs()));
  description.add("outputs", std::to_string(network.outputs()));
  description.add("kept", fraction_text(model.nonzeros(), model.baseline_parameters) +
                              " weights and biases of the network");
  for (std::size_t i = 0; i < network.operators.size(); ++i) {
    const WeightedOperator& op = network.operators[i];
    description.add(op.name, matrix_text(network.weights[i].W) + (op.bias ? ", bias" : ""));
  }
  ImplicitModel::Rows all;
  for (const ImplicitModel::Rows& rows : model.rows) {
    all.status.insert(all.status.end(), rows.status.begin(), rows.status.end());
    all.relative_gap.insert(all.relative_gap.end(), rows.relative_gap.begin(), rows.relative_gap.end());
  }
  add_rows(description, all);
  add_provenance(description, model.provenance);
  return description.text();
}

}  // namespace

std::string describe_model(const std::string& path) {
  if (is_shared_model(path)) return describe_shared_model(path);
  const ImplicitModel model = read_model(path);
  Description description(heading(path, "model file"));
  description.add("inputs", std::to_string(model.inputs()));
  description.add("states", std::to_string(model.states()));
  description.add("outputs", std::to_string(model.outputs()));
  description.add("activation", name_of(model.activation));
  description.add("bias", model.bias ? "yes, the last column of B and D" : "no");
  description.add("A", matrix_text(model.A));
  description.add("B", matrix_text(model.B));
  description.add("C", matrix_text(model.C));
  description.add("D", matrix_text(model.D));
  description.add("kept", kept_text(model));
  description.add("size", text_of(size_of(model)));
  description.add("kappa", fmt::format("{:.6g}", model.kappa));
  description.add("norm of A",
                  fmt::format("{:.6g} (largest row sum of absolute values)", model.norm_a_inf()));
  description.add("state scale", scale_text(model.state_scale));
  add_rows(description, model.rows);
  add_provenance(description, model.provenance);
  const hdf5::File file = hdf5::File::open(path);
  if (const InputNormalization inputs = read_input_normalization(file); inputs.known()) {
    description.add("expects inputs", text_of(inputs));
  }
  add_contents(description, file, "/",
               {"A", "B", "C", "D", "state_scale", "rows", "input_mean", "input_std"});
  return description.text();
}

}  // namespace simplicit::cli
