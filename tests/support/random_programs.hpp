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
[[nodiscard]] Window square(Index size, Index stride = 1, Index padding = 0);

/// Residual blocks with strides, groups, dilation, uneven padding and a shortcut; all pools, sums and joins;
/// a head with softmax.
[[nodiscard]] kernels::Program mixed_program(unsigned seed, kernels::PlaneShape input = {3, 11, 9});

/// Dense layers with a sum and functions of every kind between them.
[[nodiscard]] kernels::Program dense_program(unsigned seed);

/// Only steps that are linear in pieces, with this function between convolutions.
[[nodiscard]] kernels::Program piecewise_program(unsigned seed, kernels::Pointwise function,
                                                 bool pools = true);

}  // namespace simplicit::test
