#include "support/same_bits.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/train/train.hpp>

#include <catch2/catch.hpp>
#include <support/states_files.hpp>
#include <support/temporary_directory.hpp>

#include <cmath>

using namespace simplicit;
using namespace simplicit::test;

namespace {

StatesFileContent some_states(bool bias) {
  StatesFileContent content = random_states({260, 22, 14, 3}, 17, Precision::float32, bias);
  content.layer_sizes = {6, 8};
  return content;
}

TrainSettings refining(const std::string& states, const std::string& out) {
  TrainSettings settings;
  settings.states = states;
  settings.out = out;
  settings.objective.lambda_rel = 0.05;
  settings.refine = 2;
  return settings;
}

}  // namespace

TEST_CASE("refined models have the same bits at any number of ranks, keep no more, and stay in the ball") {
  const Communicator ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::string states = directory / "states.h5";
  const std::string out = directory / "model.h5";
  for (const bool bias : {false, true}) {
    for (const bool feedforward : {true, false}) {
      INFO("bias " << bias << ", feedforward " << feedforward);
      on_root(ranks, [&] { write_states_file(states, some_states(bias)); });
      TrainSettings settings = refining(states, out);
      settings.structure = feedforward ? Structure::feedforward : Structure::full;
      const TrainOutcome together = train(ranks, settings, "");
      if (!ranks.is_root()) continue;
      const TrainOutcome alone = train(Communicator::self(), settings, "");
      CHECK(same(together.model.A, alone.model.A));
      CHECK(same(together.model.B, alone.model.B));
      CHECK(same(together.model.C, alone.model.C));
      CHECK(same(together.model.D, alone.model.D));
      CHECK(*together.refine == *alone.refine);
      REQUIRE(together.refine->size() == 3);
      CHECK(together.model.nonzeros() <= together.refine->front().nonzeros);
      CHECK(together.model.norm_a_inf() <= settings.kappa * (1 + 1e-12));
      for (const RowResult& row : together.rows) CHECK(row.status == RowStatus::solved);
    }
  }
}

TEST_CASE("states far smaller than the inputs are used as they are") {
  const Communicator ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::string states = directory / "states.h5";
  const std::string out = directory / "model.h5";
  StatesFileContent content = some_states(false);
  content.precision = Precision::float64;
  // Each layer a thousandth of the one before: the first 8 states from the inputs, 6 from those.
  content.Z.bottomRows(8) = 1e-3 * content.U.topRows(8);
  content.X = content.Z.cwiseMax(0);
  content.Z.topRows(6) = 1e-3 * content.X.middleRows(6, 6);
  content.X = content.Z.cwiseMax(0);
  content.Y = 1e6 * content.X.topRows(3) + content.U.topRows(3);
  on_root(ranks, [&] { write_states_file(states, content); });
  TrainSettings settings = refining(states, out);
  settings.standardize = true;
  settings.structure = Structure::feedforward;
  const TrainOutcome outcome = train(ranks, settings, "");
  if (!ranks.is_root()) return;
  const Matrix Y = outcome.model.C * content.X + outcome.model.D * content.U;
  CHECK((Y - content.Y).norm() < 1e-6 * content.Y.norm());
}

TEST_CASE("--keep hits its target from below") {
  const Communicator ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::string states = directory / "states.h5";
  const std::string out = directory / "model.h5";
  StatesFileContent content = random_states({400, 80, 60, 5}, 23, Precision::float32, false);
  content.layer_sizes = {20, 40};
  content.baseline_parameters = 5000;
  on_root(ranks, [&] { write_states_file(states, content); });
  for (const int rounds : {0, 1}) {
    for (const double keep : {0.5, 0.2, 0.05}) {
      INFO("keep " << keep << ", rounds " << rounds);
      TrainSettings settings = refining(states, out);
      settings.objective.lambda_rel.reset();
      settings.refine = rounds;
      settings.keep = keep;
      const TrainOutcome outcome = train(ranks, settings, "");
      if (!ranks.is_root()) continue;
      CHECK(outcome.model.kept().value() <= keep);
      CHECK(outcome.model.kept().value() >= 0.99 * keep - 1.0 / 5000);
      CHECK(outcome.keep->target == keep);
    }
  }
}

TEST_CASE("what cannot be kept is refused with what can") {
  const Communicator ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::string states = directory / "states.h5";
  const std::string out = directory / "model.h5";
  StatesFileContent content = some_states(false);
  content.baseline_parameters = 100000;
  on_root(ranks, [&] { write_states_file(states, content); });
  TrainSettings settings = refining(states, out);
  settings.objective.lambda_rel.reset();
  settings.refine = 0;
  settings.keep = 0.9;
  CHECK_THROWS_WITH(train(ranks, settings, ""),
                    Catch::Contains("cannot be met") && Catch::Contains("at most"));
  settings.keep = 1.5;
  CHECK_THROWS_WITH(train(ranks, settings, ""), Catch::Contains("--keep must be above 0"));
  settings.keep = 0.1;
  settings.objective.name = "min-norm";
  CHECK_THROWS_WITH(train(ranks, settings, ""), Catch::Contains("--keep chooses a penalty"));
}
