#include <support/random_models.hpp>

#include <cmath>
#include <random>

namespace simplicit::test {

SparseMatrix random_sparse(Index rows, Index cols, double density, std::mt19937_64& engine) {
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  std::vector<Eigen::Triplet<double, int>> entries;
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < cols; ++column) {
      const double value = normal(engine);
      if (uniform(engine) < density) entries.emplace_back(row, column, value);
    }
  }
  SparseMatrix matrix(rows, cols);
  matrix.setFromTriplets(entries.begin(), entries.end());
  return matrix;
}

void scale_rows_to(SparseMatrix& matrix, double norm) {
  for (Index row = 0; row < matrix.rows(); ++row) {
    const double sum = matrix.row(row).cwiseAbs().sum();
    for (SparseMatrix::InnerIterator entry(matrix, row); entry; ++entry) entry.valueRef() *= norm / sum;
  }
}

ImplicitModel random_model(const RandomModelShape& shape, unsigned seed) {
  std::mt19937_64 engine(seed);
  const Index input_columns = shape.inputs + (shape.bias ? 1 : 0);
  ImplicitModel model;
  model.A = random_sparse(shape.states, shape.states, shape.density, engine);
  scale_rows_to(model.A, shape.norm);
  model.B = random_sparse(shape.states, input_columns, shape.density, engine);
  model.C = random_sparse(shape.outputs, shape.states, shape.density, engine);
  model.D = random_sparse(shape.outputs, input_columns, shape.density, engine);
  model.activation = shape.activation;
  model.bias = shape.bias;
  model.kappa = 0.95;
  model.baseline_parameters = 1000;
  model.state_scale = Vector::LinSpaced(shape.states, 0.5, 2);
  model.provenance = {{"seed", seed}};
  const auto rows = static_cast<std::size_t>(shape.states + shape.outputs);
  model.rows.primal.assign(rows, 1.5);
  model.rows.dual.assign(rows, 1.25);
  model.rows.relative_gap.assign(rows, 1e-7);
  model.rows.status.assign(rows, 0);
  model.rows.iterations.assign(rows, 3);
  model.rows.nonzeros.assign(rows, 5);
  model.rows.seconds.assign(rows, 0.01);
  return model;
}

Matrix reference_equilibria(const ImplicitModel& model, const Matrix& U, int iterations) {
  const Matrix A = model.A;
  const Matrix B = model.B;
  Matrix X = Matrix::Zero(model.states(), U.cols());
  for (Index sample = 0; sample < U.cols(); ++sample) {
    for (int iteration = 0; iteration < iterations; ++iteration) {
      const Vector previous = X.col(sample);
      for (Index i = 0; i < model.states(); ++i) {
        double z = model.bias ? B(i, model.inputs()) : 0;
        for (Index j = 0; j < model.states(); ++j) z += A(i, j) * previous[j];
        for (Index j = 0; j < model.inputs(); ++j) z += B(i, j) * U(j, sample);
        X(i, sample) = apply(model.activation, z);
      }
      if ((X.col(sample) - previous).cwiseAbs().maxCoeff() == 0) break;
    }
  }
  return X;
}

Matrix reference_outputs(const ImplicitModel& model, const Matrix& X, const Matrix& U) {
  Matrix inputs(model.B.cols(), U.cols());
  inputs.topRows(U.rows()) = U;
  if (model.bias) inputs.bottomRows(1).setOnes();
  return Matrix(model.C) * X + Matrix(model.D) * inputs;
}

}  // namespace simplicit::test
