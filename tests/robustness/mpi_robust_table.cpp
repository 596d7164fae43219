#include "robustness/answer_journal.hpp"
#include "robustness/sample_answer.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/robustness/certificates_file.hpp>
#include <simplicit/robustness/robust_table.hpp>
#include <simplicit/schedule/deal.hpp>

#include <catch2/catch.hpp>
#include <support/random_models.hpp>
#include <support/states_files.hpp>
#include <support/temporary_directory.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>

using namespace simplicit;
using namespace simplicit::test;

namespace {

StatesHeader labelled_states(const Communicator& ranks, const std::string& path, const ImplicitModel& model,
                             Index samples) {
  on_root(ranks, [&] {
    StatesFileContent content;
    content.U = random_matrix(model.inputs(), samples, 5);
    content.X = reference_equilibria(model, content.U, 300);
    content.Z = content.X;
    content.Y = reference_outputs(model, content.X, content.U);
    content.bias = model.bias;
    for (Index k = 0; k < samples; ++k) {
      Index decision = 0;
      content.Y.col(k).maxCoeff(&decision);
      content.labels.push_back(k % 7 == 6 ? (decision + 1) % model.outputs() : decision);
    }
    write_states_file(path, content);
  });
  return read_states_header(path, ranks);
}

bool same(const RobustTable& a, const RobustTable& b) {
  if (a.status != b.status || a.radius != b.radius || a.epsilons != b.epsilons) return false;
  return std::ranges::equal(a.counterexamples, b.counterexamples, [](const auto& left, const auto& right) {
    return left.sample == right.sample && left.epsilon == right.epsilon && left.input == right.input;
  });
}

}  // namespace

TEST_CASE("The answers are the same at any number of ranks, and after a resumed run") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const ImplicitModel model = random_model({.states = 14, .inputs = 5, .outputs = 4, .bias = true}, 3);
  const StatesHeader header = labelled_states(ranks, directory / "states.h5", model, 150);
  const Perturbation perturbation = perturbation_of(ranks, header, std::nullopt);
  CHECK(!perturbation.range);
  RobustTableSettings settings{{}, {0.2, 0.01, 0.05}, true, "", false};
  const RobustTable table = certify_samples(ranks, model, perturbation, header, settings, "model");

  // Alone, as rank 0 sees it.
  const auto alone = Communicator::self();
  if (ranks.is_root()) {
    const RobustTable single = certify_samples(alone, model, perturbation, header, settings, "model");
    CHECK(same(table, single));
    CHECK(table.epsilons == std::vector<double>{0.01, 0.05, 0.2});
    CHECK(table.counterexamples.size() > 5);
    for (std::size_t k = 0; k < 3; ++k) {
      double sum = 0;
      for (int status = 0; status < 4; ++status) sum += table.part(k, static_cast<RobustStatus>(status));
      CHECK(sum == Approx(1));
      CHECK(table.part(k, RobustStatus::misclassified) == Approx(21.0 / 150));
    }
    for (Index sample = 0; sample < 150; ++sample) {
      const double radius = table.radius[static_cast<std::size_t>(sample)];
      CHECK((radius > 0) == (sample % 7 != 6));
      for (std::size_t k = 0; k < 3; ++k) {
        const RobustStatus at = table.status[static_cast<std::size_t>(sample) * 3 + k];
        if (at == RobustStatus::certified) CHECK(radius >= table.epsilons[k]);
        if (at == RobustStatus::attacked) CHECK(radius < table.epsilons[k]);
      }
    }
  }

  // A journal cut short at some byte goes on to the same answers.
  settings.checkpoint = directory / "journal";
  const RobustTable journaled = certify_samples(ranks, model, perturbation, header, settings, "model");
  ranks.barrier();
  on_root(ranks, [&] {
    CHECK(same(table, journaled));
    std::filesystem::resize_file(settings.checkpoint, std::filesystem::file_size(settings.checkpoint) / 2);
  });
  settings.resume = true;
  const RobustTable resumed = certify_samples(ranks, model, perturbation, header, settings, "model");
  if (ranks.is_root()) CHECK(same(table, resumed));
  settings.epsilons = {0.3};
  CHECK_THROWS_AS(certify_samples(ranks, model, perturbation, header, settings, "model"), Error);

  on_root(ranks, [&] {
    write_certificates(table, "{}", directory / "certificates.h5");
    write_counterexamples(table, model, header, "{}", directory / "counterexamples.h5");
    const auto file = hdf5::File::open(directory / "certificates.h5");
    CHECK(file.dataset("status").shape == std::vector<Index>{150, 3});
    CHECK(file.read_doubles("radius") == table.radius);
    const auto examples = hdf5::File::open(directory / "counterexamples.h5");
    const auto count = std::ssize(table.counterexamples);
    CHECK(examples.dataset("inputs").shape == std::vector<Index>{count, 5});
    const auto labels = examples.read_integers("labels");
    const auto classes = examples.read_integers("classes");
    for (std::size_t k = 0; k < labels.size(); ++k) CHECK(labels[k] != classes[k]);
  });
}

TEST_CASE("A journal with right checksums and answers that cannot be is refused by all ranks") {
  const auto ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const ImplicitModel model = random_model({.states = 6, .inputs = 5, .outputs = 3, .bias = true}, 3);
  const StatesHeader header = labelled_states(ranks, directory / "states.h5", model, 30);
  const Perturbation perturbation = perturbation_of(ranks, header, std::nullopt);
  RobustTableSettings settings{{}, {0.01, 0.05}, true, directory / "journal", false};
  (void)certify_samples(ranks, model, perturbation, header, settings, "model");
  std::string journal_header;
  on_root(ranks, [&] {
    JournalContent content;
    const Journal journal(settings.checkpoint, content);
    journal_header = content.header;
  });
  settings.resume = true;

  using Stage = AnswerJournal::Stage;
  const auto refusal_of = [&](Stage stage, Index unit, const std::string& result) -> std::string {
    on_root(ranks, [&] {
      std::filesystem::remove(settings.checkpoint);
      AnswerJournal(settings, nlohmann::json::parse(journal_header)).save(stage, unit, result);
    });
    try {
      (void)certify_samples(ranks, model, perturbation, header, settings, "model");
      return "taken";
    } catch (const Error& error) {
      CHECK(error.code() == ExitCode::bad_input);
      return error.what();
    }
  };
  const auto statuses = [](std::size_t count, int status) {
    return packed(std::vector<std::int8_t>(count, static_cast<std::int8_t>(status)));
  };
  const auto sample = [](const std::function<void(SampleAnswer&)>& spoil) {
    SampleAnswer answer{{1, 3}, 0.01, {}, 0};
    spoil(answer);
    return packed(answer);
  };
  CHECK(refusal_of(Stage::blocks, 0, statuses(60, 3)) == "taken");
  CHECK_THAT(refusal_of(Stage::blocks, 1, statuses(60, 3)),
             Catch::Contains("work that this run does not have"));
  CHECK_THAT(refusal_of(Stage::blocks, 1 << 30, statuses(60, 3)), Catch::Contains("does not have"));
  CHECK_THAT(refusal_of(Stage::blocks, 0, statuses(59, 3)), Catch::Contains("wrong size"));
  CHECK_THAT(refusal_of(Stage::blocks, 0, statuses(60, 4)), Catch::Contains("none of those known"));
  CHECK_THAT(refusal_of(Stage::blocks, 0, statuses(60, -1)), Catch::Contains("none of those known"));
  CHECK(refusal_of(Stage::samples, 7, sample([](SampleAnswer&) {})) == "taken");
  CHECK_THAT(refusal_of(Stage::samples, 30, sample([](SampleAnswer&) {})), Catch::Contains("does not have"));
  CHECK_THAT(refusal_of(Stage::samples, 7, sample([](SampleAnswer& a) { a.status.push_back(1); })),
             Catch::Contains("wrong size"));
  CHECK_THAT(refusal_of(Stage::samples, 7, sample([](SampleAnswer& a) { a.status[0] = 17; })),
             Catch::Contains("none of those known"));
  CHECK_THAT(refusal_of(Stage::samples, 7, sample([](SampleAnswer& a) {
                          a.counterexample = {1, 2};
                        })),
             Catch::Contains("counterexample has the wrong size"));
  CHECK_THAT(refusal_of(Stage::samples, 7, sample([](SampleAnswer& a) { a.attacked_at = 2; })),
             Catch::Contains("belongs to no epsilon"));
  CHECK_THAT(refusal_of(Stage::samples, 7, sample([](SampleAnswer& a) { a.radius = std::nan(""); })),
             Catch::Contains("a radius is no number"));
}

TEST_CASE("Dealing does every unit once, tells of failures everywhere, and gives up when asked") {
  const auto ranks = Communicator::world();
  std::vector<Index> units;
  for (Index k = 0; k < 40; ++k) units.push_back(3 * k);
  std::vector<Index> done;
  const bool complete = deal(
      ranks, units,
      [](Index unit, const std::function<void()>& between) {
        between();
        return std::to_string(unit * unit);
      },
      [&](Index unit, const std::string& result) {
        CHECK(result == std::to_string(unit * unit));
        done.push_back(unit);
      },
      [] { return false; });
  CHECK(complete);
  std::ranges::sort(done);
  if (ranks.is_root()) CHECK(done == units);

  const auto failing = [](Index unit, const std::function<void()>&) -> std::string {
    if (unit == 60) throw InputError("unit 60 is bad");
    return "";
  };
  CHECK_THROWS_WITH((void)deal(ranks, units, failing, {}, {}), "unit 60 is bad");

  CHECK(!deal(
      ranks, units,
      [](Index, const std::function<void()>& between) {
        between();
        return std::string();
      },
      {}, [] { return true; }));
}
