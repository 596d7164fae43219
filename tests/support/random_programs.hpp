#pragma once

#include <simplicit/base/random.hpp>
#include <simplicit/kernels/program.hpp>

#include <vector>

namespace simplicit::test {

/// Builds programs of random weights step by step; every function returns the tensor that its step writes.
class ProgramBuilder {
 public:
  ProgramBuilder(kernels::PlaneShape input, unsigned seed) : random_(seed, 500) {
    program_.tensors.push_back(input);
  }

  /// A convolution that keeps about `share` of its weights.
  std::size_t convolution(std::size_t from, Index channels, const Window& window, Index groups = 1,
                          double share = 0.4, bool bias = true) {
    const kernels::PlaneShape in = shape(from);
    kernels::SparseConvolution layer;
    layer.window = window;
    layer.groups = groups;
    const Index taps = in.channels / groups * window.size[0] * window.size[1];
    layer.W.resize(channels, taps);
    std::vector<Eigen::Triplet<double>> entries;
    for (Index c = 0; c < channels; ++c) {
      for (Index tap = 0; tap < taps; ++tap) {
        if (random_.uniform() < share)
          entries.emplace_back(static_cast<int>(c), static_cast<int>(tap), random_.normal());
      }
    }
    layer.W.setFromTriplets(entries.begin(), entries.end());
    layer.W.makeCompressed();
    if (bias) layer.bias = numbers(channels);
    return add(layer, {from}, {channels, places(in.height, window, 0), places(in.width, window, 1)});
  }
  std::size_t scale(std::size_t from) {
    return add(kernels::ScaleChannels{numbers(shape(from).channels), numbers(shape(from).channels)}, {from},
               shape(from));
  }
  std::size_t combine(kernels::Combine::Kind kind, std::size_t first, std::size_t second) {
    return add(kernels::Combine{kind}, {first, second}, shape(first));
  }
  std::size_t max_pool(std::size_t from, const Window& window) {
    return add(kernels::MaxPool{window}, {from}, slid(from, window));
  }
  std::size_t average_pool(std::size_t from, const Window& window, bool counts_padding) {
    return add(kernels::AveragePool{window, counts_padding}, {from}, slid(from, window));
  }
  std::size_t pad(std::size_t from, const kernels::ZeroPad& pad) {
    const kernels::PlaneShape in = shape(from);
    return add(
        pad, {from},
        {in.channels, in.height + pad.before[0] + pad.after[0], in.width + pad.before[1] + pad.after[1]});
  }
  std::size_t reshape(std::size_t from, kernels::PlaneShape to) {
    return add(kernels::Reshape{}, {from}, to);
  }
  std::size_t concatenate(const std::vector<std::size_t>& from) {
    kernels::PlaneShape joined = shape(from[0]);
    joined.channels = 0;
    for (const std::size_t part : from) joined.channels += shape(part).channels;
    return add(kernels::Concatenate{}, from, joined);
  }
  std::size_t pointwise(std::size_t from, kernels::Pointwise::Kind kind, double a = 0, double b = 0) {
    return add(kernels::Pointwise{kind, a, b}, {from}, shape(from));
  }
  std::size_t relu(std::size_t from) { return pointwise(from, kernels::Pointwise::Kind::relu); }
  std::size_t softmax(std::size_t from, bool logarithm) {
    return add(kernels::Softmax{logarithm}, {from}, shape(from));
  }

  [[nodiscard]] const kernels::PlaneShape& shape(std::size_t tensor) const {
    return program_.tensors[tensor];
  }
  /// The program that ends with this tensor.
  [[nodiscard]] kernels::Program build(std::size_t output) {
    program_.output = output;
    return program_;
  }
  std::vector<double> numbers(Index count) {
    std::vector<double> drawn;
    for (Index i = 0; i < count; ++i) drawn.push_back(random_.normal());
    return drawn;
  }

 private:
  static Index places(Index length, const Window& window, std::size_t axis) {
    const Index room = window.before[axis] + length + window.after[axis];
    return (room - (window.size[axis] - 1) * window.dilation[axis] - 1) / window.stride[axis] + 1;
  }
  [[nodiscard]] kernels::PlaneShape slid(std::size_t from, const Window& window) const {
    const kernels::PlaneShape in = shape(from);
    return {in.channels, places(in.height, window, 0), places(in.width, window, 1)};
  }
  std::size_t add(kernels::Operation operation, std::vector<std::size_t> inputs, kernels::PlaneShape output) {
    program_.tensors.push_back(output);
    program_.steps.push_back({std::move(operation), std::move(inputs), program_.tensors.size() - 1});
    return program_.tensors.size() - 1;
  }

  RandomStream random_;
  kernels::Program program_;
};

/// `size` x `size` windows with this stride and padding on all sides.
inline Window square(Index size, Index stride = 1, Index padding = 0) {
  return {{size, size}, {stride, stride}, {1, 1}, {padding, padding}, {padding, padding}};
}

/// Residual blocks with strides, groups, dilation, uneven padding and a shortcut; all pools, sums and joins;
/// a head with softmax.
inline kernels::Program mixed_program(unsigned seed, kernels::PlaneShape input = {3, 11, 9}) {
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

/// Dense layers with a sum and functions of every kind between them.
inline kernels::Program dense_program(unsigned seed) {
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

/// Only steps that are linear in pieces, with this function between convolutions.
inline kernels::Program piecewise_program(unsigned seed, kernels::Pointwise function, bool pools = true) {
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
