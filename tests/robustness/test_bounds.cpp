#include "robustness/dual_bound.hpp"
#include "robustness/enclosure.hpp"
#include "robustness/linear_relaxation.hpp"
#include "robustness/relaxation.hpp"
#include "robustness/sweeps.hpp"

#include <catch2/catch.hpp>
#include <support/random_models.hpp>

#include <algorithm>

using namespace simplicit;
using namespace simplicit::test;

namespace {

Matrix random_inputs(Index rows, Index columns, unsigned seed) {
  std::mt19937_64 engine(seed);
  std::uniform_real_distribution<double> uniform(-1, 1);
  return Matrix::NullaryExpr(rows, columns, [&] { return uniform(engine); });
}

// Pre-activations at the equilibrium, states in the order of the system.
Matrix pre_activations(const ImplicitModel& model, const System& system, const Matrix& U) {
  Matrix inputs(model.B.cols(), U.cols());
  inputs.topRows(U.rows()) = U;
  if (model.bias) inputs.bottomRows(1).setOnes();
  const Matrix Z = Matrix(model.A) * reference_equilibria(model, U, 600) + Matrix(model.B) * inputs;
  Matrix ordered(Z.rows(), Z.cols());
  for (Index i = 0; i < Z.rows(); ++i) ordered.row(i) = Z.row(system.order[static_cast<std::size_t>(i)]);
  return ordered;
}

void check_contains(const StateBounds& bounds, Index column, const Matrix& Z) {
  const double size = 1e-12 * (1 + Z.cwiseAbs().maxCoeff());
  for (Index k = 0; k < Z.cols(); ++k) {
    CHECK(((Z.col(k) - bounds.lower.col(column)).array() >= -size).all());
    CHECK(((bounds.upper.col(column) - Z.col(k)).array() >= -size).all());
  }
}

double width(const StateBounds& bounds) {
  return (bounds.upper - bounds.lower).sum();
}

}  // namespace

TEST_CASE("Bounds of the states hold at every sampled input and each step improves them") {
  for (const Activation activation :
       {Activation::relu, Activation::leaky_relu, Activation::tanh, Activation::sigmoid}) {
    for (unsigned seed = 0; seed < 8; ++seed) {
      ImplicitModel model = random_model(
          {.states = 40, .inputs = 5, .outputs = 3, .bias = seed % 2 == 1, .activation = activation}, seed);
      if (seed % 4 >= 2) {
        model.A.prune([](Index row, Index column, double) { return column > row; });
        model.A.makeCompressed();
      }
      const System system(model);
      CHECK(system.feed_forward == (seed % 4 >= 2));
      const Matrix U = random_inputs(5, 3, seed);
      const Vector epsilon = Vector::LinSpaced(3, 0.02, 0.3);
      const InputBoxes boxes = boxes_around(system, plain_perturbation(5), U, epsilon);
      const DrivenBounds driven = driven_bounds(system, boxes);
      StateBounds bounds = first_bounds(system, driven);
      const double first = width(bounds);
      const auto check_samples = [&] {
        for (Index column = 0; column < 3; ++column) {
          Matrix moved = U.col(column).replicate(1, 60) + epsilon[column] * random_inputs(5, 60, seed + 50);
          for (Index k = 0; k < 30; ++k) {
            moved.col(k) = U.col(column) +
                           epsilon[column] * random_inputs(5, 1, seed + static_cast<unsigned>(k)).cwiseSign();
          }
          check_contains(bounds, column, pre_activations(model, system, moved));
        }
      };
      CAPTURE(name_of(activation), seed);
      check_samples();
      sweep_interval(system, driven, state_magnitudes(system, driven, bounds), bounds);
      const double swept = width(bounds);
      CHECK(swept <= first);
      check_samples();
      tighten(system, boxes, driven, bounds);
      CHECK(width(bounds) <= swept);
      if (activation == Activation::relu) CHECK(width(bounds) < 0.999 * swept);
      check_samples();
    }
  }
}

TEST_CASE("The dual bound holds for any multipliers") {
  for (unsigned seed = 0; seed < 10; ++seed) {
    const ImplicitModel model = random_model({.states = 8, .inputs = 4, .outputs = 3, .density = 0.8}, seed);
    const System system(model);
    const Matrix u = random_inputs(4, 1, seed);
    const InputBoxes boxes = boxes_around(system, plain_perturbation(4), u, Vector::Constant(1, 0.2));
    const DrivenBounds driven = driven_bounds(system, boxes);
    const StateBounds bounds = first_bounds(system, driven);
    Lanes<double> lanes = margin_lanes<double>(system, boxes, bounds, {{0, 0, 1}, {0, 0, 1}, {0, 2, 0}});
    const Regions<double> regions = regions_of<double>(system, boxes, driven, bounds);
    lanes.V = Matrix::Zero(system.padded_states, 3);
    lanes.V.topRows(8) = 3 * random_inputs(8, 3, seed + 9);
    lanes.column = {0, 0, 0};
    complete_adjoint(system, lanes);
    const DualBounds dual = dual_bounds(system, regions, boxes, lanes);
    const Matrix moved = u.replicate(1, 100) + 0.2 * random_inputs(4, 100, seed + 70);
    const Matrix Y = reference_outputs(model, reference_equilibria(model, moved, 600), moved);
    for (Index k = 0; k < moved.cols(); ++k) {
      CHECK(dual.proven(0) <= Y(0, k) - Y(1, k));
      CHECK(dual.proven(1) <= Y(0, k) - Y(1, k));
      CHECK(dual.proven(2) <= Y(2, k) - Y(0, k));
    }
  }
}

TEST_CASE("Enclosing radii satisfy their inequality") {
  for (unsigned seed = 0; seed < 6; ++seed) {
    const ImplicitModel model = random_model({.states = 30, .inputs = 3, .norm = 0.94, .density = 1}, seed);
    const System system(model);
    const Matrix b = random_inputs(30, 4, seed).cwiseAbs();
    const Matrix rho = enclosing_radii(system, b);
    const Matrix image = Matrix(system.A.cwiseAbs()) * rho + b;
    CHECK(((rho - image).array() >= 0).all());
    CHECK(((rho - image).array() <= 1e-6 * rho.array()).all());
  }
}

TEST_CASE("The least of g phi(z) - v z over an interval is that of a fine grid") {
  std::mt19937_64 engine(4);
  std::normal_distribution<double> normal;
  for (const Activation activation : {Activation::tanh, Activation::sigmoid}) {
    for (int trial = 0; trial < 300; ++trial) {
      const double g = normal(engine);
      const double v = 0.3 * normal(engine);
      const double lower = 2 * normal(engine);
      const double upper = lower + 3 * std::abs(normal(engine));
      double least = std::numeric_limits<double>::infinity();
      for (int k = 0; k <= 2000; ++k) {
        const double z = lower + (upper - lower) * k / 2000;
        least = std::min(least, g * apply(activation, z) - v * z);
      }
      const double found = smooth_minimum(activation, g, v, lower, upper);
      CHECK(found <= least + 1e-14);
      CHECK(found >= least - 1e-5);
    }
  }
}
