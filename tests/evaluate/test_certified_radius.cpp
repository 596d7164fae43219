#include "evaluate/certified_radius.hpp"
#include "evaluate/output_comparison.hpp"
#include <simplicit/infer/fixed_point.hpp>

#include <catch2/catch.hpp>
#include <support/random_models.hpp>
#include <support/states_files.hpp>

#include <limits>

using namespace simplicit;
using namespace simplicit::test;

namespace {

struct Certified {
  ImplicitModel model;
  FixedPoint fixed_point;
  Matrix U;
  Matrix Y;
  std::vector<double> radii;

  Certified(const RandomModelShape& shape, unsigned seed)
      : model(random_model(shape, seed)),
        fixed_point(model, {.tolerance = 1e-10}),
        U(random_matrix(model.inputs(), 60, seed + 1)) {
    const Equilibria reached = fixed_point.equilibria(U);
    Y = fixed_point.outputs(reached.X, U);
    radii = certified_radii(Y, reached.error_bound, sensitivity(model, *ResolventBound::of(model.A)));
  }

  Matrix outputs_at(const Matrix& inputs) const {
    return fixed_point.outputs(fixed_point.equilibria(inputs).X, inputs);
  }

  // Each column moved along the sign pattern by a part of its radius.
  Matrix moved(const Matrix& signs, double part) const {
    Matrix inputs = U;
    for (Index sample = 0; sample < U.cols(); ++sample) {
      inputs.col(sample) +=
          part * radii[static_cast<std::size_t>(sample)] * signs.col(sample).array().sign().matrix();
    }
    return inputs;
  }

  // Signs of the gradient of (the nearest other output - the decided one), by finite differences.
  Matrix attack_signs() const {
    const std::vector<int> decided = decisions(Y);
    const auto margins = [&](const Matrix& outputs) {
      Vector least(U.cols());
      for (Index sample = 0; sample < U.cols(); ++sample) {
        Vector others = outputs.col(sample);
        const int l = decided[static_cast<std::size_t>(sample)];
        const double own = others[l];
        others[l] = -std::numeric_limits<double>::infinity();
        least[sample] = own - others.maxCoeff();
      }
      return least;
    };
    const Vector here = margins(Y);
    Matrix signs(U.rows(), U.cols());
    for (Index j = 0; j < U.rows(); ++j) {
      Matrix inputs = U;
      inputs.row(j).array() += 1e-6;
      signs.row(j) = (here - margins(outputs_at(inputs))).transpose();
    }
    return signs;
  }
};

}  // namespace

TEST_CASE("Within the certified radius neither random nor gradient perturbations change a decision") {
  for (const Activation activation : {Activation::relu, Activation::leaky_relu, Activation::tanh}) {
    for (const double norm : {0.3, 0.9}) {
      const Certified certified({.bias = true, .activation = activation, .norm = norm}, 7);
      const std::vector<int> decided = decisions(certified.Y);
      CHECK(*std::max_element(certified.radii.begin(), certified.radii.end()) > 0);
      for (unsigned seed = 0; seed < 20; ++seed) {
        const Matrix signs = random_matrix(certified.U.rows(), certified.U.cols(), 100 + seed);
        CHECK(decisions(certified.outputs_at(certified.moved(signs, 0.999))) == decided);
      }
      CHECK(decisions(certified.outputs_at(certified.moved(certified.attack_signs(), 0.999))) == decided);
    }
  }
}

TEST_CASE("For a linear model of two outputs the certified radius is the distance to the boundary") {
  // no states take part and D is what decides: a step beyond the radius along the gradient flips every
  // decision
  const Certified certified({.outputs = 2, .density = 0}, 3);
  REQUIRE(certified.model.nonzeros() == 0);
  ImplicitModel model = certified.model;
  std::mt19937_64 engine(5);
  model.D = random_sparse(2, model.inputs(), 1.0, engine);
  const FixedPoint fixed_point(model, {});
  const Matrix Y = Matrix(model.D) * certified.U;
  const auto radii = certified_radii(Y, Vector::Zero(60), sensitivity(model, *ResolventBound::of(model.A)));
  const Vector gradient = (Matrix(model.D).row(0) - Matrix(model.D).row(1)).transpose();
  for (Index sample = 0; sample < 60; ++sample) {
    const double toward = Y(0, sample) > Y(1, sample) ? -1 : 1;
    const auto margin_at = [&](double part) {
      const Vector u = certified.U.col(sample) + toward * part * radii[static_cast<std::size_t>(sample)] *
                                                     gradient.array().sign().matrix();
      return -toward * gradient.dot(u);
    };
    CHECK(margin_at(1 - 1e-6) > 0);
    CHECK(margin_at(1 + 1e-6) < 0);
  }
}

TEST_CASE("What the fixed point may be off by is taken from the margins") {
  const ImplicitModel model = random_model({}, 9);
  const Sensitivity bounds = sensitivity(model, *ResolventBound::of(model.A));
  Matrix Y = Matrix::Zero(4, 2);
  Y(1, 0) = 10;
  Y(2, 1) = 10;
  const Vector error_bound = (Vector(2) << 0.5, 1e6).finished();
  const auto radii = certified_radii(Y, error_bound, bounds);
  double expected = std::numeric_limits<double>::infinity();
  for (const Index k : {0, 2, 3}) {
    expected = std::min(expected, (10 - 0.5 * bounds.margin_of_state(1, k)) / bounds.pairwise(1, k));
  }
  CHECK(radii[0] == Approx(expected).epsilon(1e-8));
  CHECK(radii[1] == 0);
}

TEST_CASE("Equal outputs have radius 0, a model with one output cannot be led astray") {
  const ImplicitModel model = random_model({}, 9);
  const Sensitivity bounds = sensitivity(model, *ResolventBound::of(model.A));
  CHECK(certified_radii(Matrix::Ones(4, 1), Vector::Zero(1), bounds) == std::vector<double>{0});
  const ImplicitModel single = random_model({.outputs = 1}, 9);
  const auto radii = certified_radii(Matrix::Ones(1, 1), Vector::Zero(1),
                                     sensitivity(single, *ResolventBound::of(single.A)));
  CHECK(std::isinf(radii[0]));
}

TEST_CASE("The median is the middle of the sorted radii") {
  CHECK(median({3, 1, 2}) == 2);
  CHECK(median({4, 1, 2, 3}) == 2.5);
  CHECK(median({}) == 0);
}
