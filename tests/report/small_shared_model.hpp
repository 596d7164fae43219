#pragma once

#include <simplicit/model/shared_model.hpp>

namespace simplicit::report {

/// A perceptron with 2 inputs, 3 hidden units and 2 outputs: 5 of 9 and 5 of 8 weights and biases are not 0;
/// the gap of every row is 0.
inline SharedModel small_shared_model() {
  Mlp mlp;
  mlp.weights = {(Matrix(3, 2) << 1, 0, 0, 1, 0, 0).finished(),
                 (Matrix(2, 3) << 1, 0, 2, 0, 3, 0).finished()};
  mlp.biases = {Vector::Ones(3), Vector::Ones(2)};
  SharedModel model;
  model.network = layered_network(mlp);
  model.baseline_parameters = mlp.parameter_count();
  for (const std::size_t channels : {3, 2}) {
    ImplicitModel::Rows rows;
    rows.primal = rows.dual = rows.seconds = std::vector<double>(channels, 1.0);
    rows.relative_gap = std::vector<double>(channels, 0.0);
    rows.status = rows.iterations = std::vector<std::int64_t>(channels, 0);
    rows.nonzeros = std::vector<std::int64_t>(channels, 2);
    model.rows.push_back(rows);
  }
  return model;
}

}  // namespace simplicit::report
