#include "network/propagate.hpp"

#include <simplicit/base/error.hpp>

#include <cmath>

namespace simplicit {
namespace {

using Entries = std::vector<double>;

double stand_in(double coefficient, Coefficients coefficients) {
  switch (coefficients) {
    case Coefficients::absolute:
      return std::abs(coefficient);
    case Coefficients::indicator:
      return coefficient != 0 ? 1 : 0;
    case Coefficients::plain:
      break;
  }
  return coefficient;
}

Entries stand_ins(const std::vector<float>& numbers, Coefficients coefficients) {
  Entries result;
  result.reserve(numbers.size());
  for (const float number : numbers) result.push_back(stand_in(number, coefficients));
  return result;
}

/// What an entry of a channel starts from.
double constant_of(const std::vector<float>& constants, Index channel, Coefficients coefficients) {
  const bool counts = coefficients == Coefficients::plain && !constants.empty();
  return counts ? constants[static_cast<std::size_t>(channel)] : 0.0;
}

/// The planes of a tensor (channels, height, width).
struct Planes {
  explicit Planes(const Shape& shape) : channels(shape[0]), height(shape[1]), width(shape[2]) {}
  [[nodiscard]] std::size_t at(Index channel, Index row, Index column) const {
    return static_cast<std::size_t>((channel * height + row) * width + column);
  }
  [[nodiscard]] bool holds(Index row, Index column) const {
    return row >= 0 && row < height && column >= 0 && column < width;
  }
  Index channels, height, width;
};

/// Calls visit(row in the window, column in it, row in the plane, column in it) for every place of the window
/// that produces (row, column), those in the padding included.
template <class Visit>
void for_window(const Window& window, Index row, Index column, const Visit& visit) {
  for (Index i = 0; i < window.size[0]; ++i) {
    for (Index j = 0; j < window.size[1]; ++j) {
      visit(i, j, row * window.stride[0] + i * window.dilation[0] - window.before[0],
            column * window.stride[1] + j * window.dilation[1] - window.before[1]);
    }
  }
}

class Propagation {
 public:
  Propagation(const Network& network, const Node& node, const std::vector<const Entries*>& inputs,
              Coefficients coefficients)
      : from_(network.tensors[node.inputs[0]]),
        to_(network.tensors[node.output]),
        inputs_(inputs),
        coefficients_(coefficients) {}

  Entries operator()(const Convolution& layer) const {
    const Planes from(from_);
    const Planes to(to_);
    const Entries weights = stand_ins(layer.weights, coefficients_);
    const Index inner = from.channels / layer.groups;
    Entries result(static_cast<std::size_t>(entries_of(to_)));
    for (Index out = 0; out < to.channels; ++out) {
      const Index first = out / (to.channels / layer.groups) * inner;
      const double constant = constant_of(layer.bias, out, coefficients_);
      for (Index row = 0; row < to.height; ++row) {
        for (Index column = 0; column < to.width; ++column) {
          double sum = constant;
          for_window(layer.window, row, column, [&](Index i, Index j, Index y, Index x) {
            if (!from.holds(y, x)) return;
            for (Index in = 0; in < inner; ++in) {
              const Index weight = ((out * inner + in) * layer.window.size[0] + i) * layer.window.size[1] + j;
              sum += weights[static_cast<std::size_t>(weight)] * source(from.at(first + in, y, x));
            }
          });
          result[to.at(out, row, column)] = sum;
        }
      }
    }
    return result;
  }

  Entries operator()(const Dense& layer) const {
    const Entries weights = stand_ins(layer.weights, coefficients_);
    const std::size_t width = inputs_[0]->size();
    Entries result;
    for (Index out = 0; out < to_[0]; ++out) {
      double sum = constant_of(layer.bias, out, coefficients_);
      for (std::size_t in = 0; in < width; ++in) {
        sum += weights[static_cast<std::size_t>(out) * width + in] * source(in);
      }
      result.push_back(sum);
    }
    return result;
  }

  Entries operator()(const ChannelScale& layer) const {
    Entries result = *inputs_[0];
    const Index plane = entries_of(from_) / from_[0];
    for (std::size_t i = 0; i < result.size(); ++i) {
      const Index channel = static_cast<Index>(i) / plane;
      const double factor = layer.factor.empty() ? 1.0 : layer.factor[static_cast<std::size_t>(channel)];
      result[i] =
          stand_in(factor, coefficients_) * result[i] + constant_of(layer.shift, channel, coefficients_);
    }
    return result;
  }

  Entries operator()(const Sum&) const {
    Entries result = *inputs_[0];
    for (std::size_t i = 0; i < result.size(); ++i) result[i] += (*inputs_[1])[i];
    return result;
  }

  Entries operator()(const AveragePool& pool) const {
    const Planes from(from_);
    const Planes to(to_);
    const double area = static_cast<double>(pool.window.size[0] * pool.window.size[1]);
    Entries result(static_cast<std::size_t>(entries_of(to_)));
    for (Index channel = 0; channel < to.channels; ++channel) {
      for (Index row = 0; row < to.height; ++row) {
        for (Index column = 0; column < to.width; ++column) {
          double sum = 0;
          double inside = 0;
          for_window(pool.window, row, column, [&](Index, Index, Index y, Index x) {
            if (!from.holds(y, x)) return;
            sum += source(from.at(channel, y, x));
            ++inside;
          });
          result[to.at(channel, row, column)] =
              stand_in(1 / (pool.counts_padding ? area : inside), coefficients_) * sum;
        }
      }
    }
    return result;
  }

  Entries operator()(const ZeroPad& pad) const {
    const Planes from(from_);
    const Planes to(to_);
    Entries result(static_cast<std::size_t>(entries_of(to_)), 0.0);
    for (Index channel = 0; channel < from.channels; ++channel) {
      for (Index row = 0; row < from.height; ++row) {
        for (Index column = 0; column < from.width; ++column) {
          result[to.at(channel, row + pad.before[0], column + pad.before[1])] =
              source(from.at(channel, row, column));
        }
      }
    }
    return result;
  }

  Entries operator()(const Reshape&) const { return *inputs_[0]; }

  Entries operator()(const SparseMap& map) const {
    Entries result(static_cast<std::size_t>(entries_of(to_)));
    for (std::size_t row = 0; row < result.size(); ++row)
      result[row] = constant_of(map.shift, static_cast<Index>(row), coefficients_);
    for (std::size_t k = 0; k < map.weights.size(); ++k) {
      const Entries& from = *inputs_[k];
      for (Index row = 0; row < map.weights[k].outerSize(); ++row) {
        for (SparseMap::Weights::InnerIterator entry(map.weights[k], row); entry; ++entry) {
          result[static_cast<std::size_t>(row)] +=
              stand_in(entry.value(), coefficients_) * from[static_cast<std::size_t>(entry.col())];
        }
      }
    }
    return result;
  }

  Entries operator()(const Activate&) const {
    SIMPLICIT_ASSERT(false, "an activation is not affine");
    return {};
  }

 private:
  [[nodiscard]] double source(std::size_t entry) const { return (*inputs_[0])[entry]; }

  const Shape& from_;
  const Shape& to_;
  const std::vector<const Entries*>& inputs_;
  Coefficients coefficients_;
};

}  // namespace

std::vector<double> propagate(const Network& network, const Node& node,
                              const std::vector<const std::vector<double>*>& inputs,
                              Coefficients coefficients) {
  return std::visit(Propagation(network, node, inputs, coefficients), node.operation);
}

double products_of(const Network& network, const Node& node) {
  const auto outputs = static_cast<double>(entries_of(network.tensors[node.output]));
  const auto area = [](const Window& window) {
    return static_cast<double>(window.size[0]) * static_cast<double>(window.size[1]);
  };
  if (const auto* layer = std::get_if<Convolution>(&node.operation)) {
    const double channels = static_cast<double>(network.tensors[node.inputs[0]][0] / layer->groups);
    return outputs * channels * area(layer->window);
  }
  if (const auto* pool = std::get_if<AveragePool>(&node.operation)) return outputs * area(pool->window);
  if (const auto* layer = std::get_if<Dense>(&node.operation))
    return static_cast<double>(layer->weights.size());
  if (const auto* map = std::get_if<SparseMap>(&node.operation)) {
    double products = 0;
    for (const SparseMap::Weights& weights : map->weights)
      products += static_cast<double>(weights.nonZeros());
    return products;
  }
  return outputs;
}

}  // namespace simplicit
