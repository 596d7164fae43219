#include "baseline/adam.hpp"
#include "baseline/loss.hpp"

#include <catch2/catch.hpp>
#include <support/networks.hpp>

#include <cmath>

using namespace simplicit;
using namespace simplicit::test;

namespace {

struct Problem {
  Parameters<double> parameters;
  Dense<double> inputs;
  std::vector<int> labels;
};

Problem small_problem(bool bias, Activation activation) {
  const Mlp mlp = random_mlp({6, 5, 4, 3}, bias, activation, 11);
  Problem problem;
  for (const Matrix& W : mlp.weights) problem.parameters.weights.emplace_back(W);
  for (const Vector& b : mlp.biases) problem.parameters.biases.emplace_back(b);
  RandomStream random(12, 0);
  problem.inputs = Dense<double>::NullaryExpr(6, 7, [&] { return random.uniform(); });
  problem.labels = {0, 1, 2, 2, 1, 0, 2};
  return problem;
}

double loss_of(const Problem& problem, Activation activation) {
  Parameters<double> gradient;
  BackpropagationWorkspace<double> workspace;
  return loss_and_gradient(problem.parameters, activation, problem.inputs, problem.labels, gradient,
                           workspace)
      .loss;
}

/// Central differences in every entry of `values`, a part of problem.parameters.
Dense<double> differences(Problem& problem, Activation activation, Dense<double>& values) {
  constexpr double h = 1e-6;
  Dense<double> slope(values.rows(), values.cols());
  for (Index i = 0; i < values.size(); ++i) {
    const double kept = values(i);
    values(i) = kept + h;
    const double above = loss_of(problem, activation);
    values(i) = kept - h;
    slope(i) = (above - loss_of(problem, activation)) / (2 * h);
    values(i) = kept;
  }
  return slope;
}

}  // namespace

TEST_CASE("backpropagation agrees with finite differences") {
  for (const bool bias : {false, true}) {
    for (const Activation activation : {Activation::relu, Activation::leaky_relu, Activation::tanh,
                                        Activation::sigmoid, Activation::identity}) {
      Problem problem = small_problem(bias, activation);
      Parameters<double> gradient;
      BackpropagationWorkspace<double> workspace;
      (void)loss_and_gradient(problem.parameters, activation, problem.inputs, problem.labels, gradient,
                              workspace);
      REQUIRE(gradient.biases.size() == (bias ? 3 : 0));
      for (std::size_t k = 0; k < 3; ++k) {
        CAPTURE(bias, name_of(activation), k);
        const Dense<double> expected = differences(problem, activation, problem.parameters.weights[k]);
        REQUIRE(expected.norm() > 1e-4);
        CHECK((gradient.weights[k] - expected).norm() <= 1e-7 * (1 + expected.norm()));
        if (!bias) continue;
        const Dense<double> slope = differences(problem, activation, problem.parameters.biases[k]);
        CHECK((gradient.biases[k] - slope).norm() <= 1e-7 * (1 + slope.norm()));
      }
    }
  }
}

TEST_CASE("the loss is the mean cross-entropy, and right answers are counted") {
  // One identity layer below the outputs makes the outputs equal to the inputs.
  Parameters<double> parameters;
  parameters.weights = {Dense<double>::Identity(3, 3), Dense<double>::Identity(3, 3)};
  Dense<double> outputs(3, 2);
  outputs << 1, 800, 2, 0, 3, -800;
  const std::vector<int> labels{2, 1};
  Parameters<double> gradient;
  BackpropagationWorkspace<double> workspace;
  const BatchLoss batch =
      loss_and_gradient(parameters, Activation::identity, outputs, labels, gradient, workspace);
  const double first = -std::log(std::exp(3.0) / (std::exp(1.0) + std::exp(2.0) + std::exp(3.0)));
  CHECK(batch.loss == Approx((first + 800) / 2).epsilon(1e-14));
  CHECK(batch.correct == 1);
}

TEST_CASE("float and double give the same gradient to float's precision") {
  const Problem problem = small_problem(true, Activation::relu);
  Parameters<float> parameters;
  for (const auto& W : problem.parameters.weights) parameters.weights.emplace_back(W.cast<float>());
  for (const auto& b : problem.parameters.biases) parameters.biases.emplace_back(b.cast<float>());
  Parameters<double> gradient;
  Parameters<float> gradient32;
  BackpropagationWorkspace<double> workspace;
  BackpropagationWorkspace<float> workspace32;
  (void)loss_and_gradient(problem.parameters, Activation::relu, problem.inputs, problem.labels, gradient,
                          workspace);
  const Dense<float> inputs = problem.inputs.cast<float>();
  (void)loss_and_gradient(parameters, Activation::relu, inputs, problem.labels, gradient32, workspace32);
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK((gradient32.weights[k].cast<double>() - gradient.weights[k]).norm() <=
          1e-5 * gradient.weights[k].norm());
    CHECK((gradient32.biases[k].cast<double>() - gradient.biases[k]).norm() <=
          1e-5 * gradient.biases[k].norm());
  }
}

TEST_CASE("Adam takes the steps of its paper") {
  // One number, followed in double by the update rule as printed.
  Parameters<float> parameters{{Dense<float>::Constant(1, 1, 0.5F)}, {Dense<float>::Constant(1, 1, -1.0F)}};
  Adam adam(parameters);
  double m = 0;
  double v = 0;
  double weight = 0.5;
  for (int t = 1; t <= 50; ++t) {
    const double g = std::sin(0.7 * t);
    const double rate = 0.01 / t;
    Parameters<float> gradient{{Dense<float>::Constant(1, 1, static_cast<float>(g))},
                               {Dense<float>::Constant(1, 1, static_cast<float>(g))}};
    adam.step(gradient, rate, parameters);
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    weight -= rate * (m / (1 - std::pow(0.9, t))) / (std::sqrt(v / (1 - std::pow(0.999, t))) + 1e-8);
  }
  CHECK(parameters.weights[0](0, 0) == Approx(weight).margin(1e-6));
  CHECK(parameters.biases[0](0, 0) == Approx(weight - 1.5).margin(1e-6));
}
