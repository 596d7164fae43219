#include <simplicit/base/error.hpp>
#include <simplicit/infer/fixed_point.hpp>

#include <catch2/catch.hpp>
#include <support/random_models.hpp>
#include <support/states_files.hpp>

#include <limits>

using namespace simplicit;
using namespace simplicit::test;

namespace {

const std::vector<Activation> all_activations{Activation::relu, Activation::leaky_relu, Activation::tanh,
                                              Activation::sigmoid, Activation::identity};

double largest_difference(const Matrix& a, const Matrix& b) {
  return (a - b).cwiseAbs().maxCoeff();
}

// S A S^-1 with growing factors: the norm leaves [0, 1), the spectral radius stays.
ImplicitModel perron_frobenius_only(unsigned seed) {
  ImplicitModel model = random_model({.states = 25, .norm = 0.9}, seed);
  for (Index row = 0; row < 25; ++row) {
    for (SparseMatrix::InnerIterator entry(model.A, row); entry; ++entry) {
      entry.valueRef() *= std::pow(1.3, static_cast<double>(row - entry.col()));
    }
  }
  REQUIRE(model.norm_a_inf() > 1);
  return model;
}

}  // namespace

TEST_CASE("Equilibria and outputs are those of long plain loops, for every activation and width") {
  for (const Activation activation : all_activations) {
    for (const bool bias : {false, true}) {
      for (const Index samples : {1, 31, 32, 33, 300}) {
        const ImplicitModel model = random_model({.bias = bias, .activation = activation}, 21);
        const Matrix U = random_matrix(model.inputs(), samples, 22);
        const FixedPoint fixed_point(model, {.tolerance = 1e-13});
        FixedPointEvidence evidence;
        const Matrix X = fixed_point.solve(U, evidence);
        const Matrix expected = reference_equilibria(model, U);
        INFO(name_of(activation) << ", bias " << bias << ", samples " << samples);
        CHECK(evidence.converged);
        CHECK(largest_difference(X, expected) <= 1e-11);
        CHECK(largest_difference(fixed_point.outputs(X, U), reference_outputs(model, expected, U)) <= 1e-10);
      }
    }
  }
}

TEST_CASE("The reported bound holds for every sample, and stopping early meets the tolerance") {
  for (const Activation activation : all_activations) {
    for (const double tolerance : {0.3, 1e-2, 1e-5, 1e-9}) {
      for (const double density : {0.1, 0.9}) {
        const ImplicitModel model =
            random_model({.states = 30, .activation = activation, .norm = 0.95, .density = density}, 31);
        const Matrix U = random_matrix(model.inputs(), 40, 32);
        const Equilibria reached = FixedPoint(model, {.tolerance = tolerance}).equilibria(U);
        const Matrix exact = reference_equilibria(model, U);
        INFO(name_of(activation) << ", tolerance " << tolerance);
        for (Index sample = 0; sample < U.cols(); ++sample) {
          const double error = (reached.X.col(sample) - exact.col(sample)).cwiseAbs().maxCoeff();
          const double size = std::max(1.0, reached.X.col(sample).cwiseAbs().maxCoeff());
          CHECK(error <= reached.error_bound[sample] + 1e-13 * size);
          CHECK(reached.error_bound[sample] <= tolerance * size);
        }
        CHECK(reached.evidence.error_bound == reached.error_bound.maxCoeff());
      }
    }
  }
}

TEST_CASE("A bound that is cut off by the iteration limit still holds, and says that it is not enough") {
  const ImplicitModel model = random_model({.states = 30, .norm = 0.95, .density = 0.9}, 41);
  const Matrix U = random_matrix(model.inputs(), 40, 42);
  const Equilibria reached = FixedPoint(model, {.tolerance = 1e-12, .max_iterations = 2}).equilibria(U);
  CHECK_FALSE(reached.evidence.converged);
  CHECK(reached.evidence.iterations == 2);
  const Matrix exact = reference_equilibria(model, U);
  CHECK(largest_difference(reached.X, exact) > 1e-6);
  CHECK(largest_difference(reached.X, exact) <= reached.evidence.error_bound);
}

TEST_CASE("Where only the Perron-Frobenius test holds the bound is proven all the same") {
  const ImplicitModel model = perron_frobenius_only(51);
  const Matrix U = random_matrix(model.inputs(), 20, 52);
  for (const double tolerance : {1e-2, 1e-8}) {
    const Equilibria reached = FixedPoint(model, {.tolerance = tolerance}).equilibria(U);
    const double error = largest_difference(reached.X, reference_equilibria(model, U));
    CHECK(reached.evidence.converged);
    CHECK(error <= reached.evidence.error_bound + 1e-12);
  }
}

TEST_CASE("A feed-forward model is exact after one sweep, in whichever order its layers are") {
  for (const bool last_layer_first : {true, false}) {
    ImplicitModel model = random_model({.states = 20, .norm = 50, .density = 0.8}, 61);
    model.A.prune([&](Index row, Index col, double) { return last_layer_first ? col > row : col < row; });
    const Matrix U = random_matrix(model.inputs(), 10, 62);
    const Equilibria reached = FixedPoint(model, {}).equilibria(U);
    const Matrix expected = reference_equilibria(model, U);
    CHECK(reached.evidence.iterations == 1);
    CHECK(reached.evidence.error_bound == 0);
    CHECK(largest_difference(reached.X, expected) <= 1e-12 * expected.cwiseAbs().maxCoeff());
  }
}

TEST_CASE(
    "A state that only meets itself is solved for where phi is piecewise linear, iterated where it is not") {
  for (const Activation activation : all_activations) {
    ImplicitModel model = random_model({.activation = activation, .density = 1}, 65);
    model.A = SparseMatrix(12, 12);
    for (int i = 0; i < 12; ++i) model.A.insert(i, i) = i % 2 == 0 ? 0.9 : -0.9;
    model.A.makeCompressed();
    const Matrix U = 0.1 * random_matrix(model.inputs(), 10, 66);
    const Equilibria reached = FixedPoint(model, {}).equilibria(U);
    const double error = largest_difference(reached.X, reference_equilibria(model, U));
    INFO(name_of(activation));
    CHECK(error <= reached.evidence.error_bound + 1e-12);
    CHECK((reached.evidence.iterations == 1) == positively_homogeneous(activation));
  }
}

TEST_CASE("The residual is the one of the states returned") {
  const ImplicitModel model = random_model({.states = 30, .norm = 0.95, .density = 0.9}, 71);
  const Matrix U = random_matrix(model.inputs(), 50, 72);
  const Equilibria reached = FixedPoint(model, {.tolerance = 1e-2}).equilibria(U);
  Matrix image = Matrix(model.A) * reached.X + Matrix(model.B) * U;
  apply_in_place(model.activation, image);
  CHECK(reached.evidence.residual == Approx(largest_difference(image, reached.X)).epsilon(1e-6));
  CHECK(reached.evidence.residual > 0);
}

TEST_CASE("A sample's result does not depend on the samples around it") {
  for (const double density : {0.1, 0.9}) {
    const ImplicitModel model =
        random_model({.states = 40, .inputs = 90, .norm = 0.95, .density = density}, 81);
    const Matrix U = random_matrix(model.inputs(), 300, 82);
    Matrix others = random_matrix(model.inputs(), 300, 83) * 100;
    others.col(7) = U.col(7);
    others.col(290) = U.col(290);
    const Matrix shifted = U.rightCols(299);  // other places, and another width of the last group
    const FixedPoint fixed_point(model, {});
    const Equilibria together = fixed_point.equilibria(U);
    const Equilibria among_others = fixed_point.equilibria(others);
    const Equilibria cut_short = fixed_point.equilibria(U.leftCols(8));
    CHECK(together.X.col(7) == among_others.X.col(7));
    CHECK(together.X.col(290) == among_others.X.col(290));
    CHECK(together.X.col(7) == cut_short.X.col(7));
    CHECK(together.X.rightCols(299) == fixed_point.equilibria(shifted).X);
    for (const Index sample : {0, 7, 299}) {
      const Matrix alone = U.col(sample);
      CHECK(fixed_point.equilibria(alone).X == together.X.col(sample));
      CHECK(fixed_point.outputs_at_equilibria(view_of(alone)).Y ==
            fixed_point.outputs_at_equilibria(view_of(U)).Y.col(sample));
    }
    CHECK(together.error_bound[7] == cut_short.error_bound[7]);
    CHECK(fixed_point.outputs(together.X, U).col(7) ==
          fixed_point.outputs(cut_short.X, U.leftCols(8)).col(7));
  }
}

TEST_CASE("A model without a provably unique equilibrium is refused") {
  const ImplicitModel model = random_model({.norm = 1.2, .density = 1}, 91);
  CHECK_THROWS_AS(FixedPoint(model, {}), InputError);
}

TEST_CASE("An input that overflows is refused, naming the sample") {
  for (const Activation activation : all_activations) {
    const ImplicitModel model = random_model({.activation = activation, .density = 1}, 95);
    const FixedPoint fixed_point(model, {});
    for (const double bad :
         {std::numeric_limits<double>::quiet_NaN(), 1e300, -std::numeric_limits<double>::infinity()}) {
      Matrix U = random_matrix(model.inputs(), 40, 96);
      U(3, 33) = bad;
      CHECK_THROWS_WITH(fixed_point.equilibria(U, 1000), Catch::Contains("sample 1033"));
    }
  }
}
