#include <simplicit/train/train.hpp>

#include <catch2/catch.hpp>
#include <support/states_files.hpp>
#include <support/temporary_directory.hpp>

using namespace simplicit;
using namespace simplicit::test;

TEST_CASE("of many rows a sample finds the penalty of --keep, the same at any number of ranks") {
  const Communicator ranks = Communicator::world();
  if (ranks.size() > 2) return;  // two rank counts tell
  const TemporaryDirectory directory(ranks);
  TrainSettings settings;
  settings.states = directory / "states.h5";
  settings.out = directory / "model.h5";
  settings.keep = 0.2;
  settings.refine = 0;
  settings.regime = Regime::gram;
  on_root(ranks, [&] {
    StatesFileContent content = random_states({40, 8, 2020, 4}, 5, Precision::float32, false);
    content.baseline_parameters = 60000;
    write_states_file(settings.states, content);
  });
  const TrainOutcome together = train(ranks, settings, "");
  REQUIRE(together.keep);
  CHECK(together.keep->solves <= 3);  // of all rows; the others were of the sample
  if (!ranks.is_root()) return;
  CHECK(together.blocks.size() > static_cast<std::size_t>(together.keep->solves));
  CHECK(together.model.nonzeros() <= 12000);
  CHECK(together.model.nonzeros() >= 11880);
  const TrainOutcome alone = train(Communicator::self(), settings, "");
  CHECK(alone.keep->lambda_rel == together.keep->lambda_rel);
  CHECK(Matrix(alone.model.A) == Matrix(together.model.A));
  CHECK(Matrix(alone.model.C) == Matrix(together.model.C));
}
