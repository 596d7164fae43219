#include <simplicit/baseline/distribute.hpp>

#include <catch2/catch.hpp>
#include <support/networks.hpp>

using namespace simplicit;
using namespace simplicit::test;

TEST_CASE("every rank gets its own blocks, and all together every sample once") {
  const Communicator world = Communicator::world();
  constexpr Index features = 3;
  for (const Index samples : {1, 7, 64, 65, 20000}) {
    for (const Index block : {1, 64, 256}) {
      const LabelledImages all = random_images(samples, features, 3, 1);
      const SampleShare part = distribute(world, world.is_root() ? all : LabelledImages{}, block);
      CAPTURE(samples, block, world.rank());
      CHECK(part.total == samples);
      CHECK(part.samples.begin % block == (part.samples.begin == samples ? samples % block : 0));
      CHECK(world.sum(part.samples.size()) == samples);
      CHECK(part.images.samples == part.samples.size());
      CHECK(part.images.features == features);
      const auto first = part.samples.begin;
      const auto last = part.samples.end;
      CHECK(part.images.pixels == std::vector<std::uint8_t>(all.images.pixels.begin() + first * features,
                                                            all.images.pixels.begin() + last * features));
      CHECK(part.labels == std::vector<int>(all.labels.begin() + first, all.labels.begin() + last));
    }
  }
}

TEST_CASE("every rank gets root's network") {
  const Communicator world = Communicator::world();
  for (const bool bias : {false, true}) {
    const Mlp expected = random_mlp({5, 4, 3, 2}, bias, Activation::sigmoid, 3);
    Mlp mlp = world.is_root() ? expected : random_mlp({2, 7, 2}, true, Activation::relu, 4);
    broadcast(world, mlp);
    CHECK(mlp.weights == expected.weights);
    CHECK(mlp.biases == expected.biases);
    CHECK(mlp.activation == Activation::sigmoid);
  }
}
