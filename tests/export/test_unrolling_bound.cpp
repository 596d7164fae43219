#include "export/unrolled_graph.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/export/unrolling_bound.hpp>

#include <catch2/catch.hpp>
#include <export/float32_graph.hpp>
#include <support/random_models.hpp>

using namespace simplicit;
using namespace simplicit::test;
using Catch::Contains;

namespace {

constexpr std::array every_activation{Activation::relu, Activation::leaky_relu, Activation::tanh,
                                      Activation::sigmoid, Activation::identity};

ImplicitModel model_with(Activation activation, bool bias, double norm = 0.8) {
  RandomModelShape shape;
  shape.activation = activation;
  shape.bias = bias;
  shape.norm = norm;
  return random_model(shape, 5);
}

Matrix inputs_within(Index inputs, double bound) {
  std::srand(3);
  return bound * Matrix::Random(inputs, 40);
}

/// x_K by the definition.
Matrix picard(const ImplicitModel& model, const Matrix& U, int iterations) {
  Matrix inputs(model.B.cols(), U.cols());
  inputs.topRows(U.rows()) = U;
  if (model.bias) inputs.bottomRows(1).setOnes();
  const Matrix s = model.B * inputs;
  Matrix X = Matrix::Zero(model.states(), U.cols());
  for (int k = 0; k < iterations; ++k) {
    X = model.A * X + s;
    apply_in_place(model.activation, X);
  }
  return X;
}

}  // namespace

TEST_CASE("the error after K iterations is within its bound, for every phi") {
  constexpr double input_bound = 2;
  for (const Activation activation : every_activation) {
    for (const bool bias : {false, true}) {
      const ImplicitModel model = model_with(activation, bias);
      const UnrollingBound bound(model, input_bound);
      const Matrix U = inputs_within(model.inputs(), input_bound);
      const Matrix equilibrium = reference_equilibria(model, U);
      for (const int iterations : {0, 1, 2, 5, 20}) {
        const Matrix error = picard(model, U, iterations) - equilibrium;
        const ErrorBound after = bound.after(iterations);
        CHECK(error.cwiseAbs().maxCoeff() <= after.states);
        CHECK((model.C * error).cwiseAbs().maxCoeff() <= after.outputs);
      }
      const int within = bound.iterations_within(1e-5);
      CHECK(bound.after(within).states <= 1e-5);
      CHECK(bound.after(within - 1).states > 1e-5);
    }
  }
}

TEST_CASE("the bound is reached where all entries are positive and phi is the identity") {
  ImplicitModel model = model_with(Activation::identity, false);
  for (SparseMatrix* matrix : {&model.A, &model.B, &model.C}) *matrix = matrix->cwiseAbs();
  const UnrollingBound bound(model, 1);
  const Matrix U = Matrix::Ones(model.inputs(), 1);
  const Matrix error = picard(model, U, 7) - picard(model, U, 500);
  CHECK(error.cwiseAbs().maxCoeff() == Approx(bound.after(7).states));
  CHECK((model.C * error).cwiseAbs().maxCoeff() == Approx(bound.after(7).outputs));
}

TEST_CASE("what has no proven equilibrium or converges too slowly is refused") {
  ImplicitModel model = model_with(Activation::relu, false, 1.5);
  model.A = model.A.cwiseAbs();
  CHECK_THROWS_WITH(UnrollingBound(model, 1), Contains("no unique equilibrium can be proven"));
  scale_rows_to(model.A, 0.9999);
  CHECK_THROWS_WITH(UnrollingBound(model, 1).iterations_within(1e-6), Contains("--iterations"));
}

TEST_CASE("a model without self-loops has the same equilibria and converges faster") {
  for (const Activation activation : every_activation) {
    ImplicitModel model = model_with(activation, true, 0.5);
    for (int i = 0; i < model.states(); ++i) model.A.coeffRef(i, i) = i % 3 == 0 ? 0.45 : -0.45;
    const Matrix U = inputs_within(model.inputs(), 1);
    const ImplicitModel solved = solve_self_loops(model);
    const Matrix expected = reference_equilibria(model, U);
    CHECK((reference_equilibria(solved, U) - expected).cwiseAbs().maxCoeff() <=
          1e-13 * expected.cwiseAbs().maxCoeff());
    const bool solvable = activation == Activation::relu || activation == Activation::identity;
    CHECK((solved.A.diagonal().cwiseAbs().maxCoeff() == 0) == solvable);
    if (solvable) {
      CHECK(UnrollingBound(solved, 1).iterations_within(1e-6) <
            UnrollingBound(model, 1).iterations_within(1e-6));
    }
  }
  ImplicitModel model = model_with(Activation::relu, false);
  model.A.coeffRef(3, 3) = -1;
  CHECK_THROWS_WITH(solve_self_loops(model), Contains("depends on itself"));
}

TEST_CASE("single precision stays within its bound, and the bound is not idle") {
  for (const Activation activation : every_activation) {
    for (const bool bias : {false, true}) {
      const ImplicitModel model = model_with(activation, bias, 0.9);
      const UnrolledGraph graph = picard_graph(model, 200);
      const Matrix U = inputs_within(model.inputs(), 1);
      const Matrix Y = run_in_float32(graph, model.activation, U);
      const Matrix expected = reference_outputs(model, reference_equilibria(model, U), U);
      const double error = (Y - expected).cwiseAbs().maxCoeff();
      const double proven =
          UnrollingBound(model, 1).after(200).outputs + float32_bound(model, 1, graph.additions()).outputs;
      CHECK(error > 0);
      CHECK(error <= proven);
      CHECK(proven <= 1e-3 * expected.cwiseAbs().maxCoeff());
    }
  }
}
