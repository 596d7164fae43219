#include "support/same_bits.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/train/run_report.hpp>

#include <catch2/catch.hpp>
#include <support/states_files.hpp>
#include <support/temporary_directory.hpp>

#include <filesystem>

using namespace simplicit;
using namespace simplicit::test;

namespace {

struct Files {
  std::string states;
  std::string out;
  std::string own_out;
};

StatesFileContent small_states(bool bias) {
  StatesFileContent content = random_states({83, 21, 26, 4}, 41, Precision::float32, bias);
  content.Z.row(3).setZero();  // a dead state
  content.X.row(3).setZero();
  content.layer_sizes = {10, 16};
  return content;
}

void check_same_bits(const ImplicitModel& a, const ImplicitModel& b) {
  CHECK(same(a.A, b.A));
  CHECK(same(a.B, b.B));
  CHECK(same(a.C, b.C));
  CHECK(same(a.D, b.D));
  CHECK(a.rows.primal == b.rows.primal);
  CHECK(a.rows.dual == b.rows.dual);
  CHECK(a.rows.relative_gap == b.rows.relative_gap);
  CHECK(a.rows.status == b.rows.status);
  CHECK(a.rows.iterations == b.rows.iterations);
  CHECK(a.rows.nonzeros == b.rows.nonzeros);
  CHECK(a.provenance["settings"] == b.provenance["settings"]);
  CHECK(a.provenance["states_digest"] == b.provenance["states_digest"]);
}

/// Trains on all ranks and on root alone; the two models must not differ in a bit.
void check_training(const Communicator& ranks, const Files& files, const StatesFileContent& content,
                    TrainSettings settings) {
  INFO(settings.objective.name << ", regime " << name_of(settings.regime) << ", structure "
                               << name_of(settings.structure.value_or(Structure::full)) << ", standardize "
                               << settings.standardize << ", bias " << *content.bias);
  on_root(ranks, [&] { write_states_file(files.states, content); });
  settings.states = files.states;
  settings.out = files.out;
  const TrainOutcome together = train(ranks, settings, "simplicit train");
  if (!ranks.is_root()) return;
  settings.out = files.own_out;
  const TrainOutcome alone = train(Communicator::self(), settings, "simplicit train");
  check_same_bits(together.model, alone.model);
  const ImplicitModel stored = read_model(files.out);
  check_same_bits(together.model, stored);

  CHECK(together.regime == settings.regime);
  CHECK(stored.norm_a_inf() <= settings.kappa * (1 + 1e-12));
  CHECK(stored.norm_a_inf() > 0);
  CHECK(stored.A.row(3).nonZeros() + stored.B.row(3).nonZeros() == 0);
  const nlohmann::json report = run_report(together, ranks.size());
  CHECK(report["rows"] == 30);
  CHECK(report["solved"] == 30);
  CHECK(report["missed_rows"].empty());
  CHECK(report["max_relative_gap"].get<double>() <= settings.tolerance);
  CHECK(report["ranks"] == ranks.size());
  CHECK(report["nnz"]["A"] == stored.A.nonZeros());
  CHECK(report["norm_a_inf"] == stored.norm_a_inf());
  CHECK(report["kept"].get<double>() ==
        static_cast<double>(stored.nonzeros()) / static_cast<double>(*content.baseline_parameters));
  double ab = 0;
  double cd = 0;
  for (std::size_t row = 0; row < 30; ++row) (row < 26 ? ab : cd) += stored.rows.primal[row];
  CHECK(report["objective"]["ab"].get<double>() == Approx(ab));
  CHECK(report["objective"]["cd"].get<double>() == Approx(cd));
  std::int64_t rows_of_ranks = 0;
  for (const nlohmann::json& share : report["per_rank"]) rows_of_ranks += share["rows"].get<std::int64_t>();
  CHECK(rows_of_ranks == 30);
}

TrainSettings relative(const std::string& objective) {
  TrainSettings settings;
  settings.objective.name = objective;
  if (objective == "min-norm") {
    settings.objective.own["delta"] = 0.9;
  } else {
    settings.objective.lambda_rel = 0.05;
  }
  if (objective == "perspective") settings.objective.own["gamma"] = 0.3;
  settings.kappa = 0.6;
  settings.regime = Regime::gram;
  return settings;
}

}  // namespace

TEST_CASE("training gives the same bits at any number of ranks, within the ball") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const Files files{directory / "states.h5", directory / "model.h5", directory / "alone.h5"};
  for (const bool bias : {false, true}) {
    const StatesFileContent content = small_states(bias);
    for (const std::string objective : {"l1", "elastic-net", "perspective", "min-norm"}) {
      for (const Regime regime : {Regime::gram, Regime::data}) {
        TrainSettings settings = relative(objective);
        settings.regime = regime;
        check_training(ranks, files, content, settings);
      }
    }
    TrainSettings settings = relative("l1");
    settings.standardize = true;
    settings.weights = {1, 2, 0.5, 1};
    check_training(ranks, files, content, settings);
  }
}

TEST_CASE("the feed-forward structure leaves A strictly block upper triangular") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const Files files{directory / "states.h5", directory / "model.h5", directory / "alone.h5"};
  TrainSettings settings = relative("l1");
  settings.structure = Structure::feedforward;
  check_training(ranks, files, small_states(true), settings);
  if (!ranks.is_root()) return;
  const Matrix a = read_model(files.out).A;
  CHECK(a.topLeftCorner(10, 10).isZero(0));
  CHECK(a.bottomRows(16).isZero(0));
  CHECK_FALSE(a.topRightCorner(10, 16).isZero(0));
}

TEST_CASE("bad settings and files are told to all ranks before any work") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::string states = directory / "states.h5";
  const std::string out = directory / "model.h5";
  on_root(ranks, [&] { write_states_file(states, small_states(false)); });
  TrainSettings good = relative("l1");
  good.states = states;
  good.out = out;
  const auto fault = [&](const std::function<void(TrainSettings&)>& change) {
    TrainSettings settings = good;
    change(settings);
    std::string message = "none";
    try {
      (void)train(ranks, settings, "");
    } catch (const Error& error) {
      CHECK(error.code() == ExitCode::bad_input);
      message = error.what();
    }
    return message;
  };
  CHECK_THAT(fault([](auto& s) { s.kappa = 2; }), Catch::Contains("--kappa"));
  CHECK_THAT(fault([](auto& s) { s.states += "x"; }), Catch::Contains("does not exist"));
  CHECK_THAT(fault([](auto& s) { s.out = "/no/such/place/model.h5"; }), Catch::Contains("/no/such/place"));
  CHECK_THAT(fault([](auto& s) { s.objective.lambda = 1; }), Catch::Contains("--lambda"));
  ranks.barrier();
  CHECK_FALSE(std::filesystem::exists(out));
}

TEST_CASE("a state nothing can match is listed and the model still written") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const Files files{directory / "states.h5", directory / "model.h5", directory / "alone.h5"};
  on_root(ranks, [&] { write_states_file(files.states, small_states(false)); });
  TrainSettings settings = relative("min-norm");
  settings.objective.own["delta"] = 1e-3;
  settings.states = files.states;
  settings.out = files.out;
  const TrainOutcome outcome = train(ranks, settings, "");
  if (!ranks.is_root()) return;
  const nlohmann::json report = run_report(outcome, ranks.size());
  CHECK(report["solved"].get<int>() < 30);
  CHECK(report["missed_rows"].size() + report["solved"].get<std::size_t>() == 30);
  CHECK(report["max_relative_gap"] == 1);
  CHECK(read_model(files.out).norm_a_inf() <= 0.6 * (1 + 1e-12));
}
