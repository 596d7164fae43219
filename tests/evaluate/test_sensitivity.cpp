#include "evaluate/certified_radius.hpp"

#include <Eigen/LU>
#include <catch2/catch.hpp>
#include <support/random_models.hpp>
#include <support/states_files.hpp>

using namespace simplicit;
using namespace simplicit::test;

TEST_CASE("The sensitivities are those of the dense formulas, without the constant input") {
  for (const bool bias : {false, true}) {
    const ImplicitModel model = random_model({.bias = bias}, 1);
    const Sensitivity result = sensitivity(model, *ResolventBound::of(model.A));
    const Index p = model.inputs();
    const Index n = model.states();
    const Matrix resolvent = (Matrix::Identity(n, n) - Matrix(model.A).cwiseAbs()).inverse();
    const Matrix B = Matrix(model.B).leftCols(p).cwiseAbs();
    const Matrix C = model.C;
    const Matrix D = Matrix(model.D).leftCols(p);
    const Matrix outputs = C.cwiseAbs() * resolvent * B + D.cwiseAbs();
    CHECK(result.inf_norm() == Approx(outputs.rowwise().sum().maxCoeff()).epsilon(1e-9));
    for (Index l = 0; l < model.outputs(); ++l) {
      CHECK(result.output[l] == Approx(outputs.row(l).sum()).epsilon(1e-9));
      for (Index k = 0; k < model.outputs(); ++k) {
        const Eigen::RowVectorXd c = (C.row(l) - C.row(k)).cwiseAbs();
        const double expected = (c * resolvent * B + (D.row(l) - D.row(k)).cwiseAbs()).sum();
        CHECK(result.pairwise(l, k) == Approx(expected).epsilon(1e-9).margin(1e-12));
        CHECK(result.margin_of_state(l, k) == Approx(c.sum()).epsilon(1e-12));
      }
    }
  }
}

TEST_CASE("No two inputs move the outputs by more than the sensitivity allows") {
  for (const Activation activation : {Activation::relu, Activation::tanh, Activation::identity}) {
    const ImplicitModel model = random_model({.activation = activation}, 2);
    const Sensitivity bound = sensitivity(model, *ResolventBound::of(model.A));
    const Matrix U = random_matrix(model.inputs(), 30, 3);
    const double epsilon = 0.05;
    const Matrix moved = U.array() + epsilon * random_matrix(model.inputs(), 30, 4).array().sign();
    const Matrix change = reference_outputs(model, reference_equilibria(model, moved), moved) -
                          reference_outputs(model, reference_equilibria(model, U), U);
    for (Index l = 0; l < model.outputs(); ++l) {
      CHECK(change.row(l).cwiseAbs().maxCoeff() <= epsilon * bound.output[l]);
      for (Index k = 0; k < model.outputs(); ++k) {
        CHECK((change.row(l) - change.row(k)).cwiseAbs().maxCoeff() <=
              epsilon * bound.pairwise(l, k) + 1e-12);
      }
    }
  }
}
