#include <simplicit/infer/fixed_point.hpp>
#include <simplicit/infer/implicit_gradient.hpp>

#include <Eigen/LU>
#include <catch2/catch.hpp>
#include <support/random_models.hpp>
#include <support/states_files.hpp>

using namespace simplicit;
using namespace simplicit::test;

namespace {

// g^T y at inputs U, one value per sample.
Vector weighted_outputs(const ImplicitModel& model, const Matrix& U, const Matrix& g) {
  const Matrix X = reference_equilibria(model, U);
  return reference_outputs(model, X, U).cwiseProduct(g).colwise().sum();
}

// The same derivatives from dense solves with I - A^T J.
Matrix reference_gradient(const ImplicitModel& model, const Matrix& X, const Matrix& g) {
  const Matrix A = model.A, B = Matrix(model.B).leftCols(model.inputs()), C = model.C,
               D = Matrix(model.D).leftCols(model.inputs());
  Matrix gradient(model.inputs(), X.cols());
  for (Index sample = 0; sample < X.cols(); ++sample) {
    const Vector slopes =
        X.col(sample).unaryExpr([&](double x) { return derivative_at_value(model.activation, x); });
    const Matrix J = slopes.asDiagonal();
    const Matrix system = Matrix::Identity(A.rows(), A.rows()) - J * A.transpose();
    const Vector v = system.fullPivLu().solve(J * C.transpose() * g.col(sample));
    gradient.col(sample) = B.transpose() * v + D.transpose() * g.col(sample);
  }
  return gradient;
}

}  // namespace

TEST_CASE("Gradients through the equilibrium are those of finite differences, for every activation") {
  for (const Activation activation : {Activation::relu, Activation::leaky_relu, Activation::tanh,
                                      Activation::sigmoid, Activation::identity}) {
    for (const bool bias : {false, true}) {
      const ImplicitModel model = random_model({.bias = bias, .activation = activation}, 3);
      const Matrix U = random_matrix(model.inputs(), 33, 4);
      const Matrix g = random_matrix(model.outputs(), 33, 5);
      const InputGradient gradient = ImplicitGradient(model)(reference_equilibria(model, U), g);
      CHECK(gradient.converged);
      Index kinks = 0;
      for (Index j = 0; j < model.inputs(); ++j) {
        Matrix above = U, below = U;
        above.row(j).array() += 1e-6;
        below.row(j).array() -= 1e-6;
        const Vector slopes = (weighted_outputs(model, above, g) - weighted_outputs(model, below, g)) / 2e-6;
        for (Index k = 0; k < U.cols(); ++k) {
          kinks += std::abs(slopes[k] - gradient.by_inputs(j, k)) > 1e-4 * (1 + std::abs(slopes[k]));
        }
      }
      INFO(name_of(activation) << ", bias " << bias);
      CHECK(kinks == 0);
    }
  }
}

TEST_CASE("The bound on a gradient's error holds when it is stopped early, dense or sparse") {
  for (const double density : {0.1, 0.9}) {
    for (const double tolerance : {0.3, 1e-3, 1e-9}) {
      const ImplicitModel model = random_model({.states = 30, .norm = 0.95, .density = density}, 7);
      const Matrix U = random_matrix(model.inputs(), 40, 8);
      const Matrix g = random_matrix(model.outputs(), 40, 9);
      const Matrix X = reference_equilibria(model, U);
      const InputGradient gradient = ImplicitGradient(model, {.tolerance = tolerance})(X, g);
      const Matrix exact = reference_gradient(model, X, g);
      for (Index k = 0; k < U.cols(); ++k) {
        const double error = (gradient.by_inputs.col(k) - exact.col(k)).cwiseAbs().maxCoeff();
        CHECK(error <= gradient.error_bound[k] + 1e-12 * exact.cwiseAbs().maxCoeff());
      }
    }
  }
}

TEST_CASE("For a strictly triangular A the gradient is exact, in whichever order the layers are") {
  for (const bool last_layer_first : {true, false}) {
    ImplicitModel model = random_model({.states = 20, .norm = 5, .density = 0.8}, 11);
    model.A.prune([&](Index row, Index col, double) { return last_layer_first ? col > row : col < row; });
    const Matrix X = reference_equilibria(model, random_matrix(model.inputs(), 10, 12));
    const Matrix g = random_matrix(model.outputs(), 10, 13);
    const InputGradient gradient = ImplicitGradient(model)(X, g);
    const Matrix exact = reference_gradient(model, X, g);
    CHECK(gradient.error_bound.maxCoeff() == 0);
    CHECK((gradient.by_inputs - exact).cwiseAbs().maxCoeff() <= 1e-12 * exact.cwiseAbs().maxCoeff());
  }
}
