#pragma once

#include <simplicit/model/implicit_model.hpp>

namespace simplicit::report {

/// Two layers of two states, three inputs, two outputs; row 1 missed its tolerance, row 2 has gap 0.
inline ImplicitModel small_model() {
  const auto sparse = [](const Matrix& dense) { return SparseMatrix(dense.sparseView()); };
  ImplicitModel model;
  model.A = sparse((Matrix(4, 4) << 0, 0, 0.5, 0.1, 0, 0, 0, 0.2, 0, 0, 0, 0, 0, 0, 0, 0).finished());
  model.B = sparse((Matrix(4, 3) << 0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 3, 0).finished());
  model.C = sparse((Matrix(2, 4) << 1, 0, 0, 0, 0, -1, 0, 0).finished());
  model.D = sparse(Matrix::Zero(2, 3));
  model.baseline_parameters = 20;
  model.state_scale = Vector::Ones(4);
  model.provenance = {{"settings", {{"layer_sizes", {2, 2}}, {"tolerance", 1e-6}}}};
  model.rows.primal = model.rows.dual = model.rows.seconds = std::vector<double>(6, 1.0);
  model.rows.relative_gap = {1e-8, 1e-3, 0, 1e-7, 1e-9, 1e-9};
  model.rows.status = {0, 1, 0, 0, 0, 0};
  model.rows.iterations = std::vector<std::int64_t>(6, 3);
  model.rows.nonzeros = {2, 1, 2, 1, 1, 1};
  return model;
}

}  // namespace simplicit::report
