#include <simplicit/base/error.hpp>
#include <simplicit/run/shared_settings.hpp>

#include <catch2/catch.hpp>
#include <support/random_problems.hpp>

using namespace simplicit;
using namespace simplicit::test;

namespace {

using Weights = std::vector<double>;

StatesHeader header_of(bool bias) {
  StatesHeader header;
  header.path = "some.h5";
  header.states = 3;
  header.inputs = 2;
  header.outputs = 2;
  header.bias = bias;
  return header;
}

BlockSettings weights_for(const TrainSettings& settings, const StatesHeader& header,
                          const Weights& rms = {}) {
  BlockSettings block;
  block.weight_sets = {{99}};  // what an earlier round left
  block.weight_set_of_row = {5};
  set_penalty_weights(settings, header, rms, block);
  REQUIRE(block.weight_set_of_row.size() == static_cast<std::size_t>(header.states + header.outputs));
  return block;
}

}  // namespace

TEST_CASE("factors go to their matrices and the bias is free") {
  TrainSettings settings;
  settings.weights = {1, 2, 3, 4};
  for (const bool bias : {false, true}) {
    const BlockSettings block = weights_for(settings, header_of(bias));
    Weights ab{1, 1, 1, 2, 2};
    Weights cd{3, 3, 3, 4, 4};
    if (bias) {
      ab.push_back(0);
      cd.push_back(0);
    }
    for (Index row = 0; row < 3; ++row) CHECK(block.weights(row) == ab);
    for (Index row = 3; row < 5; ++row) CHECK(block.weights(row) == cd);
  }
}

TEST_CASE("standardised weights carry the features' root mean squares") {
  TrainSettings settings;
  settings.weights = {1, 2, 3, 4};
  const BlockSettings block = weights_for(settings, header_of(true), {10, 20, 30, 40, 50, 1});
  CHECK(block.weights(0) == Weights{10, 20, 30, 80, 100, 0});
  CHECK(block.weights(4) == Weights{30, 60, 90, 160, 200, 0});
}

TEST_CASE("a layer of the feed-forward structure uses earlier layers only") {
  TrainSettings settings;
  settings.structure = Structure::feedforward;
  StatesHeader header = header_of(true);
  header.layer_sizes = {1, 2};  // the last hidden layer first
  const BlockSettings block = weights_for(settings, header);
  CHECK(block.weights(0) == Weights{infinity, 1, 1, 1, 1, 0});
  CHECK(block.weights(1) == Weights{infinity, infinity, infinity, 1, 1, 0});
  CHECK(block.weights(2) == block.weights(1));
  CHECK(block.weights(3) == Weights{1, 1, 1, 1, 1, 0});
  CHECK(block.weights(4) == block.weights(3));
}

TEST_CASE("the feed-forward structure needs the layer sizes") {
  TrainSettings settings;
  settings.structure = Structure::feedforward;
  BlockSettings block;
  CHECK_THROWS_WITH(set_penalty_weights(settings, header_of(false), {}, block),
                    Catch::Contains("some.h5") && Catch::Contains("layer_sizes"));
}

TEST_CASE("the root mean square of a feature is that of its samples, 1 for a dead one") {
  Matrix phi(2, 3);
  phi << 3, 0, -1, 4, 0, -1;
  const Weights rms = feature_rms({phi.data(), Precision::float64, 2, 3, 2});
  CHECK(rms[0] == Approx(std::sqrt(12.5)));
  CHECK(rms[1] == 1);
  CHECK(rms[2] == Approx(1));
}
