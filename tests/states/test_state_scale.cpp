#include "states/state_scale.hpp"
#include <simplicit/states/implicit_form.hpp>

#include <catch2/catch.hpp>
#include <support/networks.hpp>

using namespace simplicit;
using namespace simplicit::test;

namespace {

const std::vector<std::vector<Index>> sizes{{6, 5, 3}, {6, 8, 7, 3}, {9, 8, 5, 6, 4, 2}};

double norm_a_inf(const ImplicitForm& form) {
  return form.A.cwiseAbs().rowwise().sum().maxCoeff();
}

/// x = phi(A x + B (u, 1)) iterated until it stands still; a strictly triangular A takes one step a layer.
Vector fixed_point(const ImplicitForm& form, const Vector& input, Activation activation) {
  Vector x = Vector::Zero(form.A.rows());
  for (int step = 0; step < 10; ++step) {
    const Vector z = form.A * x + form.B * input;
    for (Index i = 0; i < x.size(); ++i) x(i) = apply(activation, z(i));
  }
  return x;
}

Vector with_one(const Vector& u, bool bias) {
  Vector input(u.size() + (bias ? 1 : 0));
  input.head(u.size()) = u;
  if (bias) input(u.size()) = 1;
  return input;
}

/// The hidden activations of one sample, last layer first.
Vector stacked_states(const ForwardPass& pass) {
  Index n = 0;
  for (const Matrix& X : pass.X) n += X.rows();
  Vector x(n);
  for (const Matrix& X : pass.X) {
    n -= X.rows();
    x.segment(n, X.rows()) = X.col(0);
  }
  return x;
}

}  // namespace

TEST_CASE("rescaled baselines lie in the ball, and on it when they had to be moved") {
  for (const auto& units : sizes) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
      for (const double kappa : {0.3, 0.5, 0.95, 0.999}) {
        const Mlp mlp = random_mlp(units, seed % 2 == 0, Activation::relu, seed, 8);
        const std::vector<double> factors = layer_factors(mlp, kappa);
        CAPTURE(units.size(), seed, kappa);
        CHECK(factors.front() == 1);
        const double norm = norm_a_inf(exact_implicit_form(mlp, factors));
        CHECK(norm <= kappa);
        CHECK(norm == Approx(scaled_norm_a_inf(mlp, factors)).epsilon(1e-14));
        const double before = norm_a_inf(exact_implicit_form(mlp, std::vector<double>(factors.size(), 1.0)));
        if (before > kappa) CHECK(norm == Approx(kappa).epsilon(1e-9));
      }
    }
  }
}

TEST_CASE("layers inside the ball keep the factor of the layer before") {
  Mlp mlp = random_mlp({6, 8, 7, 5, 3}, false, Activation::leaky_relu, 1);
  mlp.weights[1] *= 2 / norm_inf(mlp.weights[1]);
  mlp.weights[2] *= 0.5 / norm_inf(mlp.weights[2]);
  const std::vector<double> factors = layer_factors(mlp, 0.9);
  CHECK(factors[1] == Approx(0.45).epsilon(1e-9));
  CHECK(factors[2] == factors[1]);
  mlp.weights[1].setZero();
  CHECK(layer_factors(mlp, 0.9)[1] == 1);
}

TEST_CASE("tanh and sigmoid states are left alone") {
  for (const Activation activation : {Activation::tanh, Activation::sigmoid}) {
    const Mlp mlp = random_mlp({6, 8, 7, 3}, false, activation, 1, 8);
    const std::vector<double> factors = layer_factors(mlp, 0.95);
    CHECK(factors == std::vector<double>{1, 1});
    CHECK(scaled_norm_a_inf(mlp, factors) == norm_inf(mlp.weights[1]));
    CHECK(scaled_norm_a_inf(mlp, factors) > 0.95);
  }
}

TEST_CASE("the scale of the states goes last layer first") {
  const Mlp mlp = random_mlp({6, 3, 2, 4}, false, Activation::relu, 1);
  Vector expected(5);
  expected << 0.25, 0.25, 0.5, 0.5, 0.5;
  CHECK(state_scale(mlp, {0.5, 0.25}) == expected);
}

TEST_CASE("the fixed point of the exact implicit form is the forward pass") {
  for (const auto& units : sizes) {
    for (const bool bias : {false, true}) {
      for (const Activation activation : {Activation::relu, Activation::leaky_relu, Activation::identity,
                                          Activation::tanh, Activation::sigmoid}) {
        const Mlp mlp = random_mlp(units, bias, activation, 3, 4);
        const std::vector<double> factors = layer_factors(mlp, 0.9);
        const ImplicitForm form = exact_implicit_form(mlp, factors);
        const Vector scale = state_scale(mlp, factors);
        for (unsigned sample = 0; sample < 5; ++sample) {
          const Vector u = Vector::Random(units.front());
          const Vector input = with_one(u, bias);
          const ForwardPass pass = forward(mlp, u);
          const Vector x = fixed_point(form, input, activation);
          const Vector expected = scale.cwiseProduct(stacked_states(pass));
          CAPTURE(units.size(), bias, name_of(activation));
          CHECK((x - expected).lpNorm<Eigen::Infinity>() <= 1e-13 * (1 + expected.lpNorm<Eigen::Infinity>()));
          const Vector y = form.C * x + form.D * input;
          CHECK((y - pass.Y).lpNorm<Eigen::Infinity>() <= 1e-13 * (1 + pass.Y.lpNorm<Eigen::Infinity>()));
        }
      }
    }
  }
}
