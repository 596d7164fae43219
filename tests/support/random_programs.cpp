#include <support/random_programs.hpp>

#include <vector>

namespace simplicit::test {

Window square(Index size, Index stride, Index padding) {
  return {{size, size}, {stride, stride}, {1, 1}, {padding, padding}, {padding, padding}};
}

kernels::Program mixed_program(unsigned seed, kernels::PlaneShape input) {
  using Kind = kernels::Pointwise::Kind;
  using Join = kernels::Combine::Kind;
  ProgramBuilder b(input, seed);
  const std::size_t stem = b.relu(b.convolution(0, 8, {{3, 5}, {1, 2}, {1, 1}, {1, 2}, {0, 3}}));
  const std::size_t first = b.pointwise(b.convolution(stem, 8, square(3, 1, 1), 2), Kind::leaky_relu, 0.3);
  const std::size_t second = b.convolution(first, 8, {{3, 3}, {1, 1}, {2, 1}, {2, 1}, {2, 1}}, 8, 0.7, false);
  const std::size_t block = b.relu(b.combine(Join::sum, second, stem));
  const std::size_t narrow = b.convolution(block, 12, square(3, 2, 1));
  const std::size_t shortcut = b.convolution(block, 12, square(1, 2), 1, 0.8, false);
  const std::size_t down = b.pointwise(b.combine(Join::sum, narrow, shortcut), Kind::clip, 0, 6);
  const std::size_t scaled = b.pointwise(b.scale(down), Kind::tanh);
  const std::size_t pooled = b.max_pool(scaled, square(3, 1, 1));
  const std::size_t joined = b.concatenate({pooled, b.average_pool(down, square(3, 1, 1), false), scaled});
  const std::size_t gate = b.pointwise(
      b.convolution(
          b.average_pool(joined,
                         {{b.shape(joined).height, b.shape(joined).width}, {1, 1}, {1, 1}, {0, 0}, {0, 0}},
                         false),
          b.shape(joined).channels, square(1)),
      Kind::sigmoid);
  const std::size_t gated = b.combine(Join::product, joined, gate);
  const std::size_t padded = b.pad(gated, {{1, 0}, {0, 2}});
  const std::size_t pooled_again = b.average_pool(padded, square(2, 2, 1), true);
  const kernels::PlaneShape last = b.shape(pooled_again);
  const std::size_t flat = b.reshape(pooled_again, {last.entries(), 1, 1});
  const std::size_t hidden = b.pointwise(b.convolution(flat, 10, square(1)), Kind::elu, 0.7);
  const std::size_t swish = b.pointwise(hidden, Kind::hard_swish);
  const std::size_t both = b.combine(Join::maximum, swish, b.pointwise(hidden, Kind::affine, -0.5, 0.1));
  return b.build(b.softmax(b.convolution(both, 5, square(1)), seed % 2 == 0));
}

kernels::Program dense_program(unsigned seed) {
  using Kind = kernels::Pointwise::Kind;
  ProgramBuilder b({23, 1, 1}, seed);
  const std::size_t first = b.relu(b.convolution(0, 17, square(1)));
  const std::size_t second = b.pointwise(b.convolution(first, 17, square(1)), Kind::erf);
  const std::size_t sum = b.combine(kernels::Combine::Kind::sum, second, first);
  const std::size_t third =
      b.pointwise(b.convolution(sum, 9, square(1), 1, 0.0), Kind::hard_sigmoid, 0.2, 0.5);
  const std::size_t fourth = b.pointwise(b.convolution(third, 9, square(1)), Kind::exponential);
  return b.build(b.softmax(b.convolution(b.pointwise(fourth, Kind::square_root), 4, square(1)), false));
}

kernels::Program piecewise_program(unsigned seed, kernels::Pointwise function, bool pools) {
  using Kind = kernels::Pointwise::Kind;
  using Join = kernels::Combine::Kind;
  ProgramBuilder b({2, 7, 6}, seed);
  const auto phi = [&](std::size_t from) { return b.pointwise(from, function.kind, function.a, function.b); };
  const std::size_t stem = phi(b.convolution(0, 4, square(3, 2, 1)));
  const std::size_t inner = phi(b.scale(b.convolution(stem, 4, {{3, 2}, {1, 1}, {1, 2}, {1, 1}, {1, 1}}, 2)));
  const std::size_t sum =
      phi(b.combine(Join::sum, b.convolution(inner, 4, square(3, 1, 1), 1, 0.3, false), stem));
  const std::size_t padded = b.pad(sum, {{0, 1}, {1, 0}});
  const std::size_t mean = b.average_pool(padded, square(2, 1, 1), pools);
  const std::size_t joined = b.concatenate({mean, mean});
  std::size_t last = b.pointwise(joined, Kind::affine, 0.5, -0.25);
  if (pools) {
    const std::size_t largest = b.max_pool(last, square(3, 2, 1));
    const std::size_t clipped = b.pointwise(largest, Kind::clip, -0.5, 0.75);
    const std::size_t least =
        b.combine(Join::minimum, largest, b.pointwise(clipped, Kind::hard_sigmoid, 0.2, 0.5));
    last = b.combine(Join::maximum, least, b.combine(Join::difference, clipped, largest));
  }
  const std::size_t flat = b.reshape(last, {b.shape(last).entries(), 1, 1});
  return b.build(b.convolution(phi(b.convolution(flat, 5, square(1))), 3, square(1)));
}

}  // namespace simplicit::test
