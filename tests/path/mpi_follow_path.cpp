#include <simplicit/base/error.hpp>
#include <simplicit/path/path_table.hpp>
#include <simplicit/train/run_report.hpp>

#include <catch2/catch.hpp>
#include <support/states_files.hpp>
#include <support/temporary_directory.hpp>

#include <cmath>
#include <filesystem>

using namespace simplicit;
using namespace simplicit::test;
using Catch::Contains;

namespace {

struct Files {
  explicit Files(const Communicator& ranks) : directory(ranks) {
    StatesFileContent content = random_states({260, 22, 14, 3}, 31, Precision::float32, false);
    content.layer_sizes = {6, 8};
    StatesFileContent other = random_states({90, 22, 14, 3}, 77, Precision::float32, false);
    on_root(ranks, [&] {
      write_states_file(directory / "states.h5", content);
      write_states_file(directory / "test.h5", other);
    });
  }
  TemporaryDirectory directory;
};

PathSettings settings_for_path(const Files& files) {
  PathSettings settings;
  settings.train.states = files.directory / "states.h5";
  settings.train.out = files.directory / "path.h5";
  settings.train.lambda_rel_path = lambda_grid(1, 1e-2, 4);
  settings.test = files.directory / "test.h5";
  return settings;
}

void check_same(const PathTable& a, const PathTable& b) {
  REQUIRE(a.columns.size() == b.columns.size());
  for (std::size_t c = 0; c < a.columns.size(); ++c) {
    if (a.columns[c].name == "seconds") continue;
    for (std::size_t k = 0; k < a.points(); ++k) {
      INFO(a.columns[c].name << " of point " << k);
      const double left = a.columns[c].values[k], right = b.columns[c].values[k];
      CHECK((left == right || (std::isnan(left) && std::isnan(right))));
    }
  }
}

}  // namespace

TEST_CASE("a path starts with nothing, keeps more and more, and is the same at any number of ranks") {
  const Communicator ranks = Communicator::world();
  const Files files(ranks);
  for (const int rounds : {0, 1}) {
    PathSettings settings = settings_for_path(files);
    settings.train.refine = rounds;
    const PathOutcome together = follow_path(ranks, settings);
    if (!ranks.is_root()) continue;
    check_same(path_table(together), path_table(follow_path(Communicator::self(), settings)));
    REQUIRE(together.points.size() == 4);
    CHECK(together.points[0].scores.kept == 0.0);
    for (std::size_t k = 1; k < 4; ++k) {
      CHECK(*together.points[k].scores.kept > *together.points[k - 1].scores.kept);
    }
    for (const PathPoint& point : together.points) {
      CHECK(point.rows.missed_rows.empty());
      CHECK(point.scores.norm_a_inf <= 0.95 * (1 + 1e-12));
      CHECK(point.scores.samples == 90);
    }
  }
}

TEST_CASE("every point of a path is the optimum that train finds from nothing") {
  const Communicator ranks = Communicator::world();
  const Files files(ranks);
  PathSettings settings = settings_for_path(files);
  settings.train.tolerance = 1e-9;
  const PathOutcome path = follow_path(ranks, settings);
  TrainSettings single = settings.train;
  single.lambda_rel_path.clear();
  for (std::size_t k = 0; k < 4; ++k) {
    single.objective.lambda_rel = settings.train.lambda_rel_path[k];
    const TrainOutcome outcome = train(ranks, single, "");
    if (!ranks.is_root()) continue;
    const RowsSummary rows = summary_of(outcome.rows, 14);
    CHECK(path.points[k].rows.objective_ab == Approx(rows.objective_ab).epsilon(1e-8));
    CHECK(path.points[k].rows.objective_cd == Approx(rows.objective_cd).epsilon(1e-8));
  }
}

TEST_CASE("a path that was saved goes on to the same figures, and refuses another grid") {
  const Communicator ranks = Communicator::world();
  const Files files(ranks);
  PathSettings settings = settings_for_path(files);
  const PathOutcome whole = follow_path(ranks, settings);
  settings.train.checkpoint = files.directory / "path.journal";
  (void)follow_path(ranks, settings);
  on_root(ranks, [&] {
    std::filesystem::resize_file(settings.train.checkpoint,
                                 std::filesystem::file_size(settings.train.checkpoint) / 2);
  });
  settings.train.resume = true;
  const PathOutcome resumed = follow_path(ranks, settings);
  if (ranks.is_root()) check_same(path_table(whole), path_table(resumed));
  settings.train.lambda_rel_path = lambda_grid(1, 1e-2, 5);
  CHECK_THROWS_WITH(follow_path(ranks, settings), Contains("the list of penalties"));
}

TEST_CASE("without labels a path knows the error of the outputs and speaks of no accuracy") {
  const Communicator ranks = Communicator::world();
  const Files files(ranks);
  const PathSettings settings = settings_for_path(files);
  StatesFileContent content = random_states({30, 22, 14, 3}, 5, Precision::float32, false);
  content.labels.clear();
  on_root(ranks, [&] { write_states_file(settings.test, content); });
  const PathOutcome outcome = follow_path(ranks, settings);
  if (!ranks.is_root()) return;
  const PathTable table = path_table(outcome);
  CHECK(std::isnan(table.column("accuracy").front()));
  CHECK(table.column("output_error").back() > 0);
  CHECK_FALSE(table.baseline_accuracy);
  CHECK_THAT(to_text(table), !Contains("accuracy") && Contains("output error"));
}

TEST_CASE("a path needs a test file that fits") {
  const Communicator ranks = Communicator::world();
  const Files files(ranks);
  PathSettings settings = settings_for_path(files);
  on_root(ranks, [&] { write_states_file(settings.test, random_states({30, 21, 14, 3}, 5)); });
  CHECK_THROWS_WITH(follow_path(ranks, settings), Contains("21 inputs"));
  settings.train.objective.name = "min-norm";
  CHECK_THROWS_WITH(follow_path(ranks, settings), Contains("min-norm"));
  settings.train.objective.name = "l1";
  settings.train.refine = 1;
  settings.train.checkpoint = files.directory / "path.journal";
  CHECK_THROWS_WITH(follow_path(ranks, settings), Contains("--refine"));
}
