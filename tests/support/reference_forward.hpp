#pragma once

#include <simplicit/kernels/program.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

namespace simplicit::test {

/// One sample through a program's steps in plain loops and double precision: slow and obvious.
class ReferenceForward {
 public:
  explicit ReferenceForward(const kernels::Program& program) : program_(program) {}

  std::vector<double> operator()(const std::vector<double>& input) {
    tensors_.assign(program_.tensors.size(), {});
    tensors_[0] = input;
    for (const kernels::Step& step : program_.steps) {
      step_ = &step;
      std::vector<double> result(static_cast<std::size_t>(out().entries()));
      for (Index c = 0; c < out().channels; ++c) {
        for (Index y = 0; y < out().height; ++y) {
          for (Index x = 0; x < out().width; ++x) {
            result[static_cast<std::size_t>((c * out().height + y) * out().width + x)] =
                std::visit([&](const auto& operation) { return entry(operation, c, y, x); }, step.operation);
          }
        }
      }
      tensors_[step.output] = std::move(result);
    }
    return tensors_[program_.output];
  }

 private:
  [[nodiscard]] const kernels::PlaneShape& out() const { return program_.tensors[step_->output]; }
  [[nodiscard]] const kernels::PlaneShape& in(std::size_t i = 0) const {
    return program_.tensors[step_->inputs[i]];
  }
  /// An entry of an input; nothing outside its planes.
  [[nodiscard]] std::optional<double> at(std::size_t i, Index c, Index y, Index x) const {
    const kernels::PlaneShape& shape = in(i);
    if (y < 0 || x < 0 || y >= shape.height || x >= shape.width) return {};
    return tensors_[step_->inputs[i]][static_cast<std::size_t>((c * shape.height + y) * shape.width + x)];
  }

  [[nodiscard]] double entry(const kernels::SparseConvolution& layer, Index c, Index y, Index x) const {
    double sum = layer.bias.empty() ? 0 : layer.bias[static_cast<std::size_t>(c)];
    const Index group = c / (out().channels / layer.groups);
    const Index channels = in().channels / layer.groups;
    const Window& window = layer.window;
    for (Index i = 0; i < channels; ++i) {
      for (Index row = 0; row < window.size[0]; ++row) {
        for (Index column = 0; column < window.size[1]; ++column) {
          const Index tap = (i * window.size[0] + row) * window.size[1] + column;
          sum +=
              layer.W.coeff(c, tap) *
              at(0, group * channels + i, y * window.stride[0] + row * window.dilation[0] - window.before[0],
                 x * window.stride[1] + column * window.dilation[1] - window.before[1])
                  .value_or(0);
        }
      }
    }
    return sum;
  }
  [[nodiscard]] double entry(const kernels::ScaleChannels& scale, Index c, Index y, Index x) const {
    return scale.factor[static_cast<std::size_t>(c)] * *at(0, c, y, x) +
           scale.shift[static_cast<std::size_t>(c)];
  }
  [[nodiscard]] double entry(const kernels::Combine& step, Index c, Index y, Index x) const {
    const double a = *at(0, c, y, x);
    const double b = in(1) == in(0) ? *at(1, c, y, x) : *at(1, c, 0, 0);
    switch (step.kind) {
      case kernels::Combine::Kind::sum:
        return a + b;
      case kernels::Combine::Kind::difference:
        return a - b;
      case kernels::Combine::Kind::product:
        return a * b;
      case kernels::Combine::Kind::quotient:
        return a / b;
      case kernels::Combine::Kind::maximum:
        return std::max(a, b);
      case kernels::Combine::Kind::minimum:
        break;
    }
    return std::min(a, b);
  }
  template <class Visit>
  void for_each_in_window(const Window& window, Index c, Index y, Index x, const Visit& visit) const {
    for (Index row = 0; row < window.size[0]; ++row) {
      for (Index column = 0; column < window.size[1]; ++column) {
        visit(at(0, c, y * window.stride[0] + row * window.dilation[0] - window.before[0],
                 x * window.stride[1] + column * window.dilation[1] - window.before[1]));
      }
    }
  }
  [[nodiscard]] double entry(const kernels::MaxPool& pool, Index c, Index y, Index x) const {
    double largest = -std::numeric_limits<double>::infinity();
    for_each_in_window(pool.window, c, y, x, [&](std::optional<double> value) {
      largest = std::max(largest, value.value_or(largest));
    });
    return largest;
  }
  [[nodiscard]] double entry(const kernels::AveragePool& pool, Index c, Index y, Index x) const {
    double sum = 0;
    int count = 0;
    for_each_in_window(pool.window, c, y, x, [&](std::optional<double> value) {
      sum += value.value_or(0);
      count += value || pool.counts_padding ? 1 : 0;
    });
    return sum / count;
  }
  [[nodiscard]] double entry(const kernels::ZeroPad& pad, Index c, Index y, Index x) const {
    return at(0, c, y - pad.before[0], x - pad.before[1]).value_or(0);
  }
  [[nodiscard]] double entry(const kernels::Reshape&, Index c, Index y, Index x) const {
    return tensors_[step_->inputs[0]][static_cast<std::size_t>((c * out().height + y) * out().width + x)];
  }
  [[nodiscard]] double entry(const kernels::Concatenate&, Index c, Index y, Index x) const {
    std::size_t part = 0;
    while (c >= in(part).channels) c -= in(part++).channels;
    return *at(part, c, y, x);
  }
  [[nodiscard]] double entry(const kernels::Pointwise& f, Index c, Index y, Index x) const {
    const double value = *at(0, c, y, x);
    switch (f.kind) {
      case kernels::Pointwise::Kind::relu:
        return std::max(value, 0.0);
      case kernels::Pointwise::Kind::leaky_relu:
        return value > 0 ? value : f.a * value;
      case kernels::Pointwise::Kind::clip:
        return std::clamp(value, f.a, f.b);
      case kernels::Pointwise::Kind::tanh:
        return std::tanh(value);
      case kernels::Pointwise::Kind::sigmoid:
        return 1 / (1 + std::exp(-value));
      case kernels::Pointwise::Kind::erf:
        return std::erf(value);
      case kernels::Pointwise::Kind::exponential:
        return std::exp(value);
      case kernels::Pointwise::Kind::square_root:
        return std::sqrt(value);
      case kernels::Pointwise::Kind::hard_sigmoid:
        return std::clamp(f.a * value + f.b, 0.0, 1.0);
      case kernels::Pointwise::Kind::hard_swish:
        return value * std::clamp(value / 6 + 0.5, 0.0, 1.0);
      case kernels::Pointwise::Kind::elu:
        return value > 0 ? value : f.a * (std::exp(value) - 1);
      case kernels::Pointwise::Kind::affine:
        break;
    }
    return f.a * value + f.b;
  }
  [[nodiscard]] double entry(const kernels::Softmax& step, Index c, Index y, Index x) const {
    double sum = 0;
    for (Index other = 0; other < in().channels; ++other)
      sum += std::exp(*at(0, other, y, x) - *at(0, c, y, x));
    return step.logarithm ? -std::log(sum) : 1 / sum;
  }

  const kernels::Program& program_;
  const kernels::Step* step_ = nullptr;
  std::vector<std::vector<double>> tensors_;
};

}  // namespace simplicit::test
