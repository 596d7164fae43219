#include "evaluate/certified_radius.hpp"
#include "evaluate/output_comparison.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/evaluate/attack.hpp>
#include <simplicit/evaluate/classifier.hpp>
#include <simplicit/states/implicit_form.hpp>

#include <catch2/catch.hpp>
#include <support/networks.hpp>
#include <support/random_models.hpp>
#include <support/states_files.hpp>

using namespace simplicit;
using namespace simplicit::test;

namespace {

// Epsilon in the unit of the inputs, which stay in [0, 1] with `clip`.
Perturbation perturbation(Index inputs, bool clip) {
  Perturbation allowed = plain_perturbation(inputs);
  if (clip) allowed.range = InputRange{Vector::Zero(inputs), Vector::Ones(inputs)};
  return allowed;
}

double log_odds(const Vector& y, Index label) {
  double sum = 0;
  for (Index k = 0; k < y.size(); ++k) sum += k == label ? 0 : std::exp(y[k]);
  return std::log(sum) - y[label];
}

Index count(const std::vector<bool>& flags) {
  return std::count(flags.begin(), flags.end(), true);
}

ImplicitModel as_model(const Mlp& mlp) {
  const ImplicitForm form = exact_implicit_form(mlp, std::vector<double>(mlp.hidden_layers(), 1.0));
  ImplicitModel model = random_model({}, 1);
  model.A = form.A.sparseView();
  model.B = form.B.sparseView();
  model.C = form.C.sparseView();
  model.D = form.D.sparseView();
  model.bias = mlp.bias();
  model.activation = mlp.activation;
  return model;
}

}  // namespace

TEST_CASE("Epsilon of normalised inputs is in the unit of the pixels") {
  Matrix U(2, 1);
  U << 0.2, -1.0;
  Matrix ascent(2, 1);
  ascent << 3, -1;
  const std::vector<int> labels{0};
  const Perturbation allowed{Eigen::Vector2d(4, 2),
                             InputRange{Eigen::Vector2d(-2, -1.05), Eigen::Vector2d(2, 1)}};
  const Matrix moved = fgsm({U, labels, allowed}, ascent, Vector::Constant(1, 0.1));
  CHECK(moved(0, 0) == Approx(0.6));
  CHECK(moved(1, 0) == Approx(-1.05));
}

TEST_CASE("Slopes of the log odds are finite differences of it, and do not vanish where it is sure") {
  Matrix Y = 3 * random_matrix(5, 20, 1);
  std::vector<int> labels;
  for (int k = 0; k < 20; ++k) labels.push_back(k % 5);
  const Matrix slopes = log_odds_slopes(Y, labels);
  for (Index k = 0; k < 20; ++k) {
    for (Index i = 0; i < 5; ++i) {
      Vector above = Y.col(k), below = Y.col(k);
      above[i] += 1e-6;
      below[i] -= 1e-6;
      const Index label = labels[static_cast<std::size_t>(k)];
      CHECK(slopes(i, k) == Approx((log_odds(above, label) - log_odds(below, label)) / 2e-6).margin(1e-7));
    }
  }
  Y *= 1e4;
  const Matrix sure = log_odds_slopes(Y, labels);
  CHECK(sure.allFinite());
  for (Index k = 0; k < 20; ++k) CHECK(sure.col(k).maxCoeff() > 0.2);
  CHECK(log_odds_slopes(Matrix::Ones(1, 1), std::vector<int>{0}).isZero());
}

TEST_CASE("A network and its implicit form have the same outputs and the same ascent") {
  for (const bool bias : {false, true}) {
    for (const Activation activation : {Activation::relu, Activation::tanh}) {
      const Mlp mlp = random_mlp({9, 8, 7, 4}, bias, activation, 3);
      const ImplicitClassifier implicit(as_model(mlp), {});
      const Matrix U = random_matrix(9, 40, 4);
      const std::vector<int> labels(40, 2);
      const OutputsAndAscent expected = MlpClassifier(mlp).ascent(U, labels);
      const OutputsAndAscent found = implicit.ascent(U, labels);
      CHECK((found.Y - expected.Y).cwiseAbs().maxCoeff() <= 1e-11 * expected.Y.cwiseAbs().maxCoeff());
      CHECK((found.ascent - expected.ascent).cwiseAbs().maxCoeff() <=
            1e-11 * expected.ascent.cwiseAbs().maxCoeff());
    }
  }
}

TEST_CASE("Every certified sample withstands PGD at its own radius, also where the radius is positive") {
  for (const Activation activation : {Activation::relu, Activation::tanh}) {
    const ImplicitModel model = random_model({.bias = true, .activation = activation, .norm = 0.5}, 5);
    const ImplicitClassifier classifier(model, {.tolerance = 1e-10});
    const Matrix U = random_matrix(model.inputs(), 200, 6);
    const Matrix Y = classifier.outputs(U);
    const std::vector<int> decided = decisions(Y);
    const std::vector<double> radii =
        certified_radii(Y, Vector::Constant(200, 1e-9), sensitivity(model, *ResolventBound::of(model.A)));
    const Vector radius = Eigen::Map<const Vector>(radii.data(), 200);
    REQUIRE((radius.array() > 0).count() > 100);
    const Perturbation unbounded = plain_perturbation(U.rows());
    const AttackedSamples samples{U, decided, unbounded};
    CHECK(count(withstands_pgd(classifier, samples, radius, {})) == 200);
    // far beyond its radius hardly any sample withstands: the attack is not a paper tiger
    CHECK(count(withstands_pgd(classifier, samples, 20 * radius, {})) < 100);
  }
}

TEST_CASE("Attacked inputs stay within epsilon, and in [0, 1] when asked to") {
  const Matrix U = random_matrix(7, 30, 8).cwiseAbs().cwiseMin(1);
  const Vector epsilon = Vector::LinSpaced(30, 0, 0.3);
  const std::vector<int> labels(30, 0);
  const Matrix ascent = random_matrix(7, 30, 9);
  for (const bool clip : {false, true}) {
    const Matrix moved = fgsm({U, labels, perturbation(U.rows(), clip)}, ascent, epsilon);
    for (Index k = 0; k < 30; ++k) {
      CHECK((moved.col(k) - U.col(k)).cwiseAbs().maxCoeff() <= epsilon[k] * (1 + 1e-12));
    }
    CHECK((moved.minCoeff() < 0 || moved.maxCoeff() > 1) == !clip);
    const double best = (moved - U).cwiseProduct(ascent).sum();
    CHECK(best > 0);
    if (!clip) CHECK(best == Approx((ascent.cwiseAbs() * epsilon).sum()));
  }
}

TEST_CASE("PGD is the stronger attack, and at epsilon 0 it changes nothing") {
  const Mlp mlp = random_mlp({20, 16, 8, 3}, false, Activation::relu, 11);
  const MlpClassifier classifier(mlp);
  const Matrix U = random_matrix(20, 300, 12).cwiseAbs().cwiseMin(1);
  std::vector<int> labels = predictions(classifier.outputs(U));
  for (int k = 0; k < 30; ++k)
    labels[static_cast<std::size_t>(k)] = (labels[static_cast<std::size_t>(k)] + 1) % 3;
  const Perturbation in_unit_box = perturbation(U.rows(), true);
  const AttackedSamples samples{U, labels, in_unit_box};
  const std::vector<bool> unmoved = withstands_pgd(classifier, samples, Vector::Zero(300), {});
  CHECK(count(unmoved) == 270);
  CHECK_FALSE(unmoved[0]);
  CHECK(unmoved[299]);
  const Vector epsilon = Vector::Constant(300, 0.05);
  const Matrix moved = fgsm(samples, classifier.ascent(U, labels).ascent, epsilon);
  const Index under_fgsm = count_equal(decisions(classifier.outputs(moved)), labels);
  const Index under_pgd = count(withstands_pgd(classifier, samples, epsilon, {}));
  CHECK(under_pgd <= under_fgsm);
  CHECK(under_pgd < 270);
}

TEST_CASE("Unknown attacks are refused") {
  CHECK(attack_from_name(name_of(Attack::pgd)) == Attack::pgd);
  CHECK_THROWS_WITH(attack_from_name("cw"), Catch::Contains("cw") && Catch::Contains("fgsm"));
}
