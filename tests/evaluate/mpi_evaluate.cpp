#include "evaluate/certified_radius.hpp"
#include "evaluate/output_comparison.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/evaluate/evaluate.hpp>

#include <catch2/catch.hpp>
#include <support/random_models.hpp>
#include <support/states_files.hpp>
#include <support/temporary_directory.hpp>

#include <algorithm>

using namespace simplicit;
using namespace simplicit::test;

namespace {

// States of the model itself with some noise, in the scale `state_scale` of the file.
StatesFileContent noisy_states(const ImplicitModel& model, Index samples, const Vector& state_scale) {
  StatesFileContent content;
  content.U = random_matrix(model.inputs(), samples, 5);
  const Matrix X = reference_equilibria(model, content.U);
  content.Y = reference_outputs(model, X, content.U) + 0.3 * random_matrix(model.outputs(), samples, 6);
  const Matrix noisy = (X + 0.01 * random_matrix(model.states(), samples, 7)).cwiseMax(0);
  content.X = state_scale.cwiseQuotient(model.state_scale).asDiagonal() * noisy;
  content.Z = content.X;
  content.bias = model.bias;
  content.state_scale.assign(state_scale.begin(), state_scale.end());
  for (Index sample = 0; sample < samples; ++sample) content.labels.push_back(sample % model.outputs());
  return content;
}

StatesHeader written(const Communicator& ranks, const std::string& path, const StatesFileContent& content) {
  on_root(ranks, [&] { write_states_file(path, content); });
  return read_states_header(path, ranks);
}

std::vector<int> as_ints(const std::vector<std::int64_t>& labels) {
  return {labels.begin(), labels.end()};
}

double part_of(std::int64_t count, Index samples) {
  return static_cast<double>(count) / static_cast<double>(samples);
}

// Everything but how long it took.
std::string record_of(Scores scores) {
  scores.seconds = {};
  return to_json(scores).dump();
}

}  // namespace

TEST_CASE("The scores are those of the direct formulas, at any number of ranks") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const ImplicitModel model = random_model({.bias = true}, 1);
  for (const Index samples : {1, 255, 1000}) {
    const StatesFileContent content = noisy_states(model, samples, Vector::LinSpaced(12, 1, 3));
    const StatesHeader header = written(ranks, directory / "states.h5", content);
    const EvaluateSettings settings{{.tolerance = 1e-9}, {0, 1e-3, 1e-2}, {}};
    const Scores scores = evaluate(ranks, model, header, settings);
    if (!ranks.is_root()) continue;

    const Matrix X = reference_equilibria(model, content.U);
    const Matrix Y = reference_outputs(model, X, content.U);
    const Vector scale = Eigen::Map<const Vector>(content.state_scale.data(), 12);
    const Matrix X_file = model.state_scale.cwiseQuotient(scale).asDiagonal() * content.X;
    const std::vector<int> labels = as_ints(content.labels);
    INFO("samples " << samples);
    CHECK(scores.samples == samples);
    CHECK(scores.accuracy == part_of(count_equal(decisions(Y), labels), samples));
    CHECK(scores.baseline_accuracy == part_of(count_equal(decisions(content.Y), labels), samples));
    double right = 0, baseline_right = 0;
    Index counted = 0;
    for (const ClassAccuracy& of : scores.classes) {
      const auto in_class = [&](const std::vector<int>& decided) {
        Index count = 0;
        for (std::size_t i = 0; i < labels.size(); ++i)
          count += labels[i] == of.label && decided[i] == labels[i];
        return count;
      };
      CHECK(of.baseline_accuracy == part_of(in_class(decisions(content.Y)), of.samples));
      right += of.accuracy * static_cast<double>(of.samples);
      baseline_right += of.baseline_accuracy * static_cast<double>(of.samples);
      counted += of.samples;
    }
    CHECK(counted == samples);
    CHECK(right == Approx(*scores.accuracy * static_cast<double>(samples)));
    CHECK(baseline_right == Approx(*scores.baseline_accuracy * static_cast<double>(samples)));
    CHECK(scores.agreement == part_of(count_equal(decisions(Y), decisions(content.Y)), samples));
    CHECK(scores.state_error == Approx((X - X_file).norm() / X_file.norm()).epsilon(1e-6));
    CHECK(scores.output_error == Approx((Y - content.Y).norm() / content.Y.norm()).epsilon(1e-6));
    CHECK(scores.fixed_point.error_bound <= 1e-9 * std::max(1.0, X.maxCoeff()));
    CHECK(scores.norm_a_inf == Approx(0.9).epsilon(1e-12));
    CHECK(scores.spectral_radius_abs_a <= scores.norm_a_inf);
    CHECK(scores.kept == static_cast<double>(model.nonzeros()) / 1000);

    const auto radii =
        certified_radii(Y, Vector::Zero(samples), sensitivity(model, *ResolventBound::of(model.A)));
    CHECK(scores.radius_median == Approx(median(radii)).epsilon(1e-5));
    CHECK(scores.radius_max == Approx(*std::max_element(radii.begin(), radii.end())).epsilon(1e-5));
    REQUIRE(scores.certified.size() == 3);
    for (const CertifiedAccuracy& at : scores.certified) {
      std::int64_t certified = 0;
      for (std::size_t sample = 0; sample < radii.size(); ++sample) {
        certified += decisions(Y)[sample] == labels[sample] && radii[sample] >= at.epsilon;
      }
      CHECK(at.accuracy == part_of(certified, samples));
    }
  }
}

TEST_CASE("The record is bit for bit that of one process") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const ImplicitModel model = random_model({.states = 60, .inputs = 40, .norm = 0.95}, 2);
  for (const Index samples : {3, 513, 2000}) {
    const StatesFileContent content = noisy_states(model, samples, Vector::Ones(60));
    const StatesHeader header = written(ranks, directory / "states.h5", content);
    const Scores together = evaluate(ranks, model, header, {});
    if (ranks.is_root()) {
      CHECK(record_of(together) == record_of(evaluate(Communicator::self(), model, header, {})));
    }
    ranks.barrier();
  }
}

TEST_CASE("Accuracies under attack are those of one process, and need labels") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const ImplicitModel model = random_model({.bias = true}, 2);
  StatesFileContent content = noisy_states(model, 700, model.state_scale);
  EvaluateSettings settings;
  settings.attack = {{Attack::fgsm, Attack::pgd}, {0, 0.1}, {.steps = 5}};
  const StatesHeader header = written(ranks, directory / "states.h5", content);
  const Scores scores = evaluate(ranks, model, header, settings);
  if (ranks.is_root()) {
    REQUIRE(scores.attacks.size() == 4);
    CHECK_FALSE(scores.attacks_clipped);
    CHECK(scores.attacks[0].accuracy == scores.accuracy);
    CHECK(scores.attacks[2].accuracy == scores.accuracy);
    CHECK(scores.attacks[1].accuracy < scores.accuracy);
    CHECK(scores.attacks[3].accuracy < scores.accuracy);
    CHECK_FALSE(scores.attacks[3].baseline_accuracy);
    CHECK(record_of(scores) == record_of(evaluate(Communicator::self(), model, header, settings)));
  }
  ranks.barrier();
  content.labels.clear();
  const StatesHeader unlabelled = written(ranks, directory / "unlabelled.h5", content);
  CHECK_THROWS_WITH(evaluate(ranks, model, unlabelled, settings),
                    Catch::Contains("labels") && Catch::Contains("unlabelled.h5"));
}

TEST_CASE("Without labels accuracies are unknown") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const ImplicitModel model = random_model({}, 3);
  StatesFileContent content = noisy_states(model, 20, Vector::Ones(12));
  content.labels.clear();
  const Scores scores = evaluate(ranks, model, written(ranks, directory / "states.h5", content), {});
  if (!ranks.is_root()) return;
  CHECK_FALSE(scores.accuracy);
  CHECK_FALSE(scores.baseline_accuracy);
  CHECK(scores.classes.empty());
  CHECK_FALSE(scores.certified.at(0).accuracy);
  CHECK(scores.radius_max > 0);
}

TEST_CASE("States that do not fit the model are refused by all ranks, naming both files") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const auto require_refused = [&](const ImplicitModel& model, const StatesHeader& header,
                                   const std::string& what) {
    try {
      const Scores scores = evaluate(ranks, model, header, {}, "model.h5");
      FAIL("was not refused");
    } catch (const Error& error) {
      CHECK(error.code() == ExitCode::bad_input);
      CHECK_THAT(error.what(),
                 Catch::Contains("states.h5") && Catch::Contains("model.h5") && Catch::Contains(what));
    }
  };
  const ImplicitModel model = random_model({}, 4);
  const StatesHeader header =
      written(ranks, directory / "states.h5", noisy_states(model, 20, Vector::Ones(12)));
  require_refused(random_model({.states = 13}, 4), header, "states n = 12");
  require_refused(random_model({.inputs = 8}, 4), header, "inputs p = 7");
  require_refused(random_model({.outputs = 5}, 4), header, "outputs q = 4");
  require_refused(random_model({.bias = true}, 4), header, "bias");
  require_refused(random_model({.activation = Activation::tanh}, 4), header, "activation");
  StatesHeader of_tanh = header;
  of_tanh.activation = Activation::tanh;
  require_refused(random_model({.activation = Activation::tanh}, 4), of_tanh, "state_scale");
}
