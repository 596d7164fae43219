#include "shared/shared_journal.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/model/states_network.hpp>
#include <simplicit/shared/train_shared.hpp>

#include <catch2/catch.hpp>
#include <support/layered_networks.hpp>
#include <support/temporary_directory.hpp>

#include <filesystem>
#include <functional>

using namespace simplicit;
using namespace simplicit::test;

namespace {

void check_same_bits(const SharedModel& a, const SharedModel& b) {
  CHECK(a.network.onnx == b.network.onnx);
  REQUIRE(a.rows.size() == b.rows.size());
  for (std::size_t l = 0; l < a.rows.size(); ++l) {
    CHECK(a.rows[l].primal == b.rows[l].primal);
    CHECK(a.rows[l].dual == b.rows[l].dual);
    CHECK(a.rows[l].relative_gap == b.rows[l].relative_gap);
    CHECK(a.rows[l].nonzeros == b.rows[l].nonzeros);
  }
  for (std::size_t i = 0; i < a.network.weights.size(); ++i) {
    CHECK(Matrix(a.network.weights[i].W) == Matrix(b.network.weights[i].W));
    CHECK(a.network.weights[i].bias == b.network.weights[i].bias);
  }
}

/// Trains on all ranks and on root alone; the two models must not differ in a bit.
SharedModel check_training(const Communicator& ranks, const TemporaryDirectory& directory,
                           TrainSettings settings) {
  settings.structure = Structure::shared;
  settings.states = directory / "train.h5";
  settings.out = directory / "model.h5";
  const SharedOutcome together = train_shared(ranks, settings, "simplicit train");
  CHECK(together.solved == together.rows);
  SharedModel model = read_shared_model(settings.out, ranks);
  if (ranks.is_root()) {
    settings.out = directory / "own.h5";
    (void)train_shared(Communicator::self(), settings, "simplicit train");
    check_same_bits(model, read_shared_model(settings.out));
  }
  ranks.barrier();
  return model;
}

}  // namespace

TEST_CASE("a network keeps its share of the weights, the same bits at any number of ranks") {
  const Communicator ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  on_root(ranks, [&] { write_inputs_file(directory / "train.h5", awkward_onnx(), 150, 21); });
  TrainSettings settings;
  settings.keep = 0.4;
  const SharedModel model = check_training(ranks, directory, settings);
  Index nonzeros = 0;
  for (const OperatorWeights& op : model.network.weights) {
    nonzeros += (Matrix(op.W).array() != 0).count() + (op.bias.array() != 0).count();
  }
  const Index parameters = 4 * 19 + 4 * 36 + 4 * 5 + 4 * 9 + 6 * 5 + 3 * 49;
  CHECK(model.baseline_parameters == parameters);
  CHECK(nonzeros <= static_cast<Index>(0.4 * static_cast<double>(parameters)));
  CHECK(nonzeros >= static_cast<Index>(0.39 * static_cast<double>(parameters)));
  CHECK(model.nonzeros() == nonzeros);
}

TEST_CASE("with a penalty every row is solved to its certificate, the same bits at any number of ranks") {
  const Communicator ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  on_root(ranks, [&] { write_inputs_file(directory / "train.h5", awkward_onnx(), 150, 22, false); });
  TrainSettings settings;
  SECTION("l1") {
    settings.objective.lambda_rel = 1e-2;
  }
  SECTION("elastic-net") {
    settings.objective.name = "elastic-net";
    settings.objective.lambda = 0.5;
  }
  SECTION("min-norm") {
    settings.objective.name = "min-norm";
    settings.objective.own["delta"] = 0.1;
  }
  const SharedModel model = check_training(ranks, directory, settings);
  CHECK(model.nonzeros() < model.baseline_parameters);
}

TEST_CASE("models trained one after another have the bits that each has alone") {
  const Communicator ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  on_root(ranks, [&] { write_inputs_file(directory / "train.h5", awkward_onnx(), 150, 21); });
  for (const bool keep : {true, false}) {
    std::vector<TrainSettings> all(3);
    for (std::size_t k = 0; k < all.size(); ++k) {
      all[k].structure = Structure::shared;
      all[k].states = directory / "train.h5";
      (keep ? all[k].keep : all[k].objective.lambda_rel) = (keep ? 0.5 : 0.1) / static_cast<double>(k + 1);
    }
    std::vector<SharedModel> models;
    train_shared_each(ranks, all, read_states_header(all[0].states, ranks),
                      [&](std::size_t k, SharedOutcome outcome) {
                        CHECK(k == models.size());
                        models.push_back(std::move(outcome.model));
                      });
    REQUIRE(models.size() == all.size());
    for (std::size_t k = 0; k < all.size(); ++k) {
      all[k].out = directory / "model.h5";
      check_same_bits(models[k], train_shared(ranks, all[k], "simplicit train").model);
    }
  }
}

TEST_CASE("inputs and outputs alone are one linear layer, of which a pattern of weights may stay") {
  const Communicator ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  const std::vector<float> U = random_floats(700 * 24, 31);
  const Matrix W =
      Eigen::Map<const Eigen::MatrixXf>(random_floats(10 * 24, 32).data(), 10, 24).cast<double>();
  const Matrix Y = W * Eigen::Map<const Eigen::MatrixXf>(U.data(), 24, 700).cast<double>();
  on_root(ranks, [&] {
    hdf5::File file = hdf5::File::create(directory / "train.h5");
    file.write("U", std::vector<double>(U.begin(), U.end()), {700, 24}, Precision::float32);
    file.write("Y", std::vector<double>(Y.data(), Y.data() + Y.size()), {700, 10}, Precision::float32);
    file.close();
  });
  TrainSettings settings;
  settings.pattern = "2:4";
  const SharedModel model = check_training(ranks, directory, settings);
  const Matrix kept = Matrix(model.network.weights[0].W);
  REQUIRE(kept.rows() == 10);
  double lost = 0;
  for (Index c = 0; c < 10; ++c) {
    for (Index j = 0; j < 24; j += 4) CHECK((kept.row(c).segment(j, 4).array() != 0).count() == 2);
    lost += (kept.row(c) - W.row(c)).squaredNorm();
  }
  // The inputs are white, so that the two smallest of each four leave.
  double least = 0;
  for (Index c = 0; c < 10; ++c) {
    for (Index j = 0; j < 24; j += 4) {
      std::vector<double> squares;
      for (Index k = j; k < j + 4; ++k) squares.push_back(W(c, k) * W(c, k));
      std::sort(squares.begin(), squares.end());
      least += squares[0] + squares[1];
    }
  }
  CHECK(lost < 1.3 * least);
}

TEST_CASE("training goes on where it was interrupted, and refuses the journal of another run") {
  const Communicator ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  on_root(ranks, [&] { write_inputs_file(directory / "train.h5", awkward_onnx(), 130, 23); });
  TrainSettings settings;
  settings.structure = Structure::shared;
  settings.states = directory / "train.h5";
  settings.keep = 0.3;
  settings.out = directory / "whole.h5";
  settings.checkpoint = directory / "journal";
  (void)train_shared(ranks, settings, "simplicit train");
  // As a run leaves it that is killed while it writes its third layer.
  on_root(ranks, [&] {
    std::filesystem::resize_file(settings.checkpoint,
                                 std::filesystem::file_size(settings.checkpoint) * 6 / 10);
  });
  settings.resume = true;
  settings.out = directory / "resumed.h5";
  (void)train_shared(ranks, settings, "simplicit train");
  check_same_bits(read_shared_model(directory / "whole.h5", ranks),
                  read_shared_model(directory / "resumed.h5", ranks));
  settings.keep = 0.5;
  CHECK_THROWS_AS(train_shared(ranks, settings, "simplicit train"), Error);
}

TEST_CASE("a journal with right checksums and layers that cannot be is refused by all ranks") {
  const Communicator ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  on_root(ranks, [&] { write_inputs_file(directory / "train.h5", awkward_onnx(), 130, 23); });
  TrainSettings settings;
  settings.structure = Structure::shared;
  settings.states = directory / "train.h5";
  settings.objective.lambda_rel = 0.1;
  settings.out = directory / "model.h5";
  settings.checkpoint = directory / "journal";
  settings.resume = true;
  const StatesHeader header = read_states_header(settings.states, ranks);
  LayeredNetwork network;
  agree(ranks, [&] { network = read_layered_network(header); });
  const Layer& layer = network.layers[0];
  const auto refusal_after = [&](const std::function<void(std::vector<RowResult>&)>& spoil) -> std::string {
    on_root(ranks, [&] {
      std::filesystem::remove(settings.checkpoint);
      std::vector<RowResult> rows(static_cast<std::size_t>(network.channels(layer)));
      for (std::size_t c = 0; c < rows.size(); ++c) rows[c].row = static_cast<Index>(c);
      spoil(rows);
      const Communicator alone = Communicator::self();
      SharedJournal(alone, settings, header, network).save_rows(0, rows);
    });
    try {
      (void)train_shared(ranks, settings, "simplicit train");
      return "taken";
    } catch (const Error& error) {
      CHECK(error.code() == ExitCode::bad_input);
      return error.what();
    }
  };
  CHECK(refusal_after([](std::vector<RowResult>&) {}) == "taken");
  CHECK_THAT(refusal_after([](std::vector<RowResult>& rows) { rows.pop_back(); }),
             Catch::Contains("other rows than its channels"));
  CHECK_THAT(refusal_after([](std::vector<RowResult>& rows) { rows[0].row = 1; }),
             Catch::Contains("other rows than its channels"));
  CHECK_THAT(refusal_after([&](std::vector<RowResult>& rows) {
               rows[0].columns = {static_cast<int>(network.taps(layer)) + 1};
               rows[0].values = {1};
             }),
             Catch::Contains("out of range"));
  CHECK_THAT(refusal_after([](std::vector<RowResult>& rows) {
               rows[0].columns = {0};
               rows[0].values = {infinity};
             }),
             Catch::Contains("not finite"));
}

TEST_CASE("what rows shared by all positions cannot be trained on is refused before any work") {
  const Communicator ranks = Communicator::world();
  const TemporaryDirectory directory(ranks);
  TrainSettings settings;
  settings.structure = Structure::shared;
  settings.states = directory / "train.h5";
  settings.out = directory / "model.h5";
  settings.keep = 0.4;
  SECTION("no network") {
    on_root(ranks, [&] {
      hdf5::File file = hdf5::File::create(settings.states);
      file.write("U", std::vector<double>(12, 1.0), {4, 3});
      for (const char* name : {"X", "Z", "Y"}) file.write(name, std::vector<double>(8, 1.0), {4, 2});
      file.close();
    });
  }
  SECTION("too few samples for a layer") {
    on_root(ranks, [&] { write_inputs_file(settings.states, awkward_onnx(), 5, 24); });
  }
  SECTION("a share that leaves nothing") {
    on_root(ranks, [&] { write_inputs_file(settings.states, awkward_onnx(), 150, 24); });
    settings.keep = 1e-4;
  }
  CHECK_THROWS_AS(train_shared(ranks, settings, "simplicit train"), Error);
  CHECK_FALSE(std::filesystem::exists(settings.out));
}
