#include <support/residual_networks.hpp>

#include <vector>

namespace simplicit::test {

std::vector<float> random_floats(RandomStream& random, Index count) {
  std::vector<float> numbers;
  for (Index i = 0; i < count; ++i) numbers.push_back(static_cast<float>(random.normal()));
  return numbers;
}

Network residual_network(Activation activation, unsigned seed, bool counts_padding) {
  RandomStream random(seed, 300);
  Network network;
  network.activation = activation;
  network.tensors = {{2, 7, 6}, {4, 4, 3}, {4, 4, 3}, {4, 4, 3}, {4, 4, 3}, {4, 4, 3}, {4, 4, 3},
                     {4, 4, 3}, {4, 4, 3}, {4, 6, 4}, {4, 3, 2}, {24},      {4}};
  network.output = 12;
  Convolution stem;
  stem.window = {{3, 3}, {2, 2}, {1, 1}, {1, 1}, {1, 1}};
  stem.weights = random_floats(random, 4 * 2 * 9);
  stem.bias = random_floats(random, 4);
  Convolution grouped;
  grouped.window = {{3, 2}, {1, 1}, {1, 1}, {1, 0}, {1, 1}};
  grouped.groups = 2;
  grouped.weights = random_floats(random, 4 * 2 * 6);
  Convolution last;
  last.window = {{1, 3}, {1, 1}, {1, 1}, {0, 1}, {0, 1}};
  last.weights = random_floats(random, 4 * 4 * 3);
  last.bias = random_floats(random, 4);
  AveragePool pool;
  pool.window = {{2, 2}, {2, 2}, {1, 1}, {0, 0}, {0, 0}};
  pool.counts_padding = counts_padding;
  network.nodes = {{"stem", stem, {0}, 1},
                   {"phi 1", Activate{}, {1}, 2},
                   {"grouped", grouped, {2}, 3},
                   {"norm", ChannelScale{random_floats(random, 4), random_floats(random, 4)}, {3}, 4},
                   {"phi 2", Activate{}, {4}, 5},
                   {"last", last, {5}, 6},
                   {"skip", Sum{}, {6, 2}, 7},
                   {"phi 3", Activate{}, {7}, 8},
                   {"pad", ZeroPad{{1, 0}, {1, 1}}, {8}, 9},
                   {"pool", pool, {9}, 10},
                   {"flatten", Reshape{}, {10}, 11},
                   {"head", Dense{random_floats(random, 4 * 24), random_floats(random, 4)}, {11}, 12}};
  return network;
}

}  // namespace simplicit::test
