#include <simplicit/base/error.hpp>
#include <simplicit/robustness/certify.hpp>

#include <catch2/catch.hpp>
#include <support/least_margin.hpp>
#include <support/random_models.hpp>

#include <algorithm>
#include <array>

using namespace simplicit;
using namespace simplicit::test;

namespace {

constexpr std::array all_levels{CertifyLevel::interval, CertifyLevel::linear, CertifyLevel::exact};

// A without feedback: entries above the diagonal alone.
void make_feed_forward(ImplicitModel& model) {
  model.A.prune([](Index row, Index column, double) { return column > row; });
  model.A.makeCompressed();
}

// The same network with its states in very different units.
void rescale_states(ImplicitModel& model, double smallest, double largest) {
  const Index n = model.states();
  Vector scale(n);
  for (Index i = 0; i < n; ++i) {
    const double part = n > 1 ? static_cast<double>(i) / static_cast<double>(n - 1) : 0;
    scale[i] = std::exp2(std::round(std::log2(smallest * std::pow(largest / smallest, part))));
  }
  const Vector inverse = scale.cwiseInverse();
  model.A = SparseMatrix(scale.asDiagonal() * model.A * inverse.asDiagonal());
  model.B = SparseMatrix(scale.asDiagonal() * model.B);
  model.C = SparseMatrix(model.C * inverse.asDiagonal());
}

int decision_at(const ImplicitModel& model, const Vector& u) {
  Index decision = 0;
  reference_outputs(model, reference_equilibria(model, u), u).col(0).maxCoeff(&decision);
  return static_cast<int>(decision);
}

double true_least_margin(const ImplicitModel& model, int label, const Vector& u, double epsilon) {
  const InputSquare square{u.array() - epsilon, u.array() + epsilon};
  double least = std::numeric_limits<double>::infinity();
  for (Index other = 0; other < model.outputs(); ++other) {
    if (other != label) least = std::min(least, least_margin(model, label, other, square));
  }
  return least;
}

// What every level says of a sample against the least margin over the box, by enumeration.
// `complete`: the search must also find every proof; with feedback a last part may stay open.
void check_against_enumeration(const ImplicitModel& model, const Vector& u, double epsilon,
                               bool complete = true) {
  const int label = decision_at(model, u);
  const double least = true_least_margin(model, label, u, epsilon);
  const double size =
      1e-9 * reference_outputs(model, reference_equilibria(model, u), u).cwiseAbs().maxCoeff();
  CAPTURE(epsilon, least, size, model.provenance.dump());
  for (const CertifyLevel level : all_levels) {
    const Certifier certifier(model, plain_perturbation(model.inputs()), {.level = level});
    const RobustVerdict verdict = certifier.verdict(u, label, epsilon);
    const auto by_bounds = certifier.by_bounds(u, std::array{label}, Vector::Constant(1, epsilon)).front();
    CAPTURE(name_of(level));
    CHECK(by_bounds != RobustStatus::misclassified);
    if (least < -size) {
      CHECK(verdict.status != RobustStatus::certified);
      CHECK(by_bounds != RobustStatus::certified);
    }
    if (least > size) {
      CHECK(verdict.status != RobustStatus::attacked);
      if (complete && level == CertifyLevel::exact) CHECK(verdict.status == RobustStatus::certified);
    }
    if (verdict.status == RobustStatus::attacked) {
      CHECK((verdict.counterexample - u).cwiseAbs().maxCoeff() <= epsilon);
      CHECK(decision_at(model, verdict.counterexample) != label);
    }
  }
}

}  // namespace

TEST_CASE("Every level agrees with the enumeration of all activation patterns") {
  std::mt19937_64 engine(3);
  std::normal_distribution<double> normal;
  for (unsigned seed = 0; seed < 60; ++seed) {
    const auto states = static_cast<Index>(1 + seed % 8);
    ImplicitModel model =
        random_model({.states = states,
                      .inputs = 2,
                      .outputs = 3,
                      .bias = seed % 3 == 0,
                      .activation = seed % 4 == 3 ? Activation::leaky_relu : Activation::relu,
                      .norm = 0.9,
                      .density = 0.8},
                     seed);
    if (seed % 2 == 0) make_feed_forward(model);
    if (seed % 5 == 4) rescale_states(model, seed % 2 == 0 ? 1e-8 : 1e-2, seed % 2 == 0 ? 1e8 : 1e2);
    const Vector u = Vector::NullaryExpr(2, [&] { return normal(engine); });
    for (const double epsilon : {0.0, 1e-3, 0.05, 0.3}) check_against_enumeration(model, u, epsilon);
  }
}

TEST_CASE("States exactly at zero, dead states and inputs at zero") {
  for (unsigned seed = 0; seed < 6; ++seed) {
    ImplicitModel model = random_model({.states = 6, .inputs = 2, .outputs = 3, .density = 0.7}, 100 + seed);
    // State 1 reads nothing, state 2 is never positive.
    model.A.prune([](Index row, Index, double) { return row != 1; });
    model.B.prune([](Index row, Index, double) { return row != 1 && row != 2; });
    for (SparseMatrix::InnerIterator entry(model.A, 2); entry; ++entry)
      entry.valueRef() = -std::abs(entry.value());
    model.A.makeCompressed();
    model.B.makeCompressed();
    for (const double epsilon : {1e-3, 0.2}) {
      check_against_enumeration(model, Vector::Constant(2, 0.4), epsilon, false);
      check_against_enumeration(model, Vector::Zero(2), epsilon, false);
    }
  }
}

TEST_CASE("Equal classes are never certified against each other") {
  ImplicitModel model = random_model({.states = 5, .inputs = 2, .outputs = 2, .density = 1}, 7);
  Matrix C = model.C, D = model.D;
  C.row(1) = C.row(0);
  D.row(1) = D.row(0);
  model.C = C.sparseView();
  model.D = D.sparseView();
  const Vector u = Vector::Constant(2, 0.3);
  for (const CertifyLevel level : all_levels) {
    const Certifier certifier(model, plain_perturbation(2), {.level = level, .most_domains = 500});
    for (const double epsilon : {0.0, 1e-6, 0.1}) {
      CHECK(certifier.verdict(u, 0, epsilon).status == RobustStatus::open);
    }
  }
}

TEST_CASE("Attacks from many starts never change the class within a certified radius") {
  std::mt19937_64 engine(11);
  std::uniform_real_distribution<double> uniform(-1, 1);
  for (const Activation activation : {Activation::relu, Activation::leaky_relu, Activation::tanh,
                                      Activation::sigmoid, Activation::identity}) {
    for (unsigned seed = 0; seed < 3; ++seed) {
      const ImplicitModel model = random_model(
          {.states = 10, .inputs = 4, .outputs = 4, .bias = true, .activation = activation}, 40 + seed);
      const Certifier certifier(model, plain_perturbation(4), {});
      for (int sample = 0; sample < 4; ++sample) {
        const Vector u = Vector::NullaryExpr(4, [&] { return uniform(engine); });
        const int label = decision_at(model, u);
        const double radius = certifier.radius(u, label);
        CAPTURE(name_of(activation), seed, sample, radius);
        CHECK(radius > 0);
        for (const double part : {1.0, 0.999}) {
          Matrix moved = u.replicate(1, 200);
          for (Index k = 0; k < moved.cols(); ++k) {
            for (Index j = 0; j < 4; ++j) {
              const double at = uniform(engine);
              moved(j, k) += part * radius * (k % 2 == 0 ? at : (at < 0 ? -1 : 1));
            }
          }
          const Matrix Y = reference_outputs(model, reference_equilibria(model, moved, 400), moved);
          for (Index k = 0; k < moved.cols(); ++k) {
            Index decision = 0;
            Y.col(k).maxCoeff(&decision);
            CHECK(decision == label);
          }
        }
        // The radius is not far below what attacks leave: for piecewise linear phi the search is complete.
        if (activation == Activation::relu || activation == Activation::leaky_relu) {
          CHECK(certifier.verdict(u, label, 1.02 * radius).status != RobustStatus::certified);
        }
      }
    }
  }
}

TEST_CASE("A block's answers are those of its samples, and inputs stay in their range") {
  const ImplicitModel model = random_model({.states = 12, .inputs = 6, .outputs = 4}, 5);
  std::mt19937_64 engine(2);
  std::uniform_real_distribution<double> uniform(0, 1);
  Perturbation perturbation = plain_perturbation(6);
  perturbation.range = InputRange{Vector::Zero(6), Vector::Ones(6)};
  const Certifier certifier(model, perturbation, {});
  Matrix U(6, 20);
  std::vector<int> labels;
  for (Index k = 0; k < U.cols(); ++k) {
    for (Index j = 0; j < 6; ++j) U(j, k) = j % 3 == 0 ? std::round(uniform(engine)) : uniform(engine);
    labels.push_back(k % 5 == 4 ? (decision_at(model, U.col(k)) + 1) % 4 : decision_at(model, U.col(k)));
  }
  for (const double epsilon : {0.01, 0.1}) {
    const auto block = certifier.by_bounds(U, labels, Vector::Constant(20, epsilon));
    for (Index k = 0; k < U.cols(); ++k) {
      const auto at = static_cast<std::size_t>(k);
      const RobustVerdict verdict = certifier.verdict(U.col(k), labels[at], epsilon);
      CHECK((block[at] == RobustStatus::misclassified) == (k % 5 == 4));
      if (block[at] != RobustStatus::open) CHECK(verdict.status == block[at]);
      if (verdict.status != RobustStatus::attacked) continue;
      CHECK(verdict.counterexample.minCoeff() >= 0);
      CHECK(verdict.counterexample.maxCoeff() <= 1);
      CHECK((verdict.counterexample - U.col(k)).cwiseAbs().maxCoeff() <= epsilon);
    }
  }
}

TEST_CASE("A spectral radius of 1 or more is refused") {
  ImplicitModel model = random_model({.states = 4, .inputs = 2, .outputs = 2}, 1);
  model.A = Matrix(Matrix::Constant(4, 4, 0.5)).sparseView();
  CHECK_THROWS_AS(Certifier(model, plain_perturbation(2), {}), InputError);
}
