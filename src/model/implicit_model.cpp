#include <simplicit/base/error.hpp>
#include <simplicit/model/implicit_model.hpp>

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

void require_equal(const std::string& model_path, const std::string& path, const std::string& what,
                   const std::string& of_model, const std::string& of_file) {
  if (of_model == of_file) return;
  throw InputError(path + " does not fit " + model_path + ": it has " + what + " " + of_file +
                   ", the model has " + of_model);
}

}  // namespace

std::optional<double> ImplicitModel::kept() const {
  const std::optional<Index> all = baseline_weights();
  if (!all || *all <= 0) return std::nullopt;
  return static_cast<double>(nonzeros()) / static_cast<double>(*all);
}

double ImplicitModel::norm_a_inf() const {
  double norm = 0;
  for (Index row = 0; row < A.rows(); ++row) {
    double sum = 0;
    for (SparseMatrix::InnerIterator entry(A, row); entry; ++entry) sum += std::abs(entry.value());
    norm = std::max(norm, sum);
  }
  return norm;
}

void require_fit(const ImplicitModel& model, const ModelShape& shape, Activation activation,
                 const std::string& path, const std::string& model_path) {
  const auto compare_sizes = [&](const std::string& what, Index of_model, Index of_file) {
    require_equal(model_path, path, what, std::to_string(of_model), std::to_string(of_file));
  };
  compare_sizes("states n =", model.states(), shape.states);
  compare_sizes("inputs p =", model.inputs(), shape.inputs);
  compare_sizes("outputs q =", model.outputs(), shape.outputs);
  compare_sizes("bias =", model.bias ? 1 : 0, shape.bias ? 1 : 0);
  require_equal(model_path, path, "activation", name_of(model.activation), name_of(activation));
}

}  // namespace simplicit
