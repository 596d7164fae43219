#include "baseline/mlp_datasets.hpp"

#include <simplicit/base/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

using RowMajorMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

std::string numbered(const std::string& group, char letter, std::size_t layer) {
  return group + letter + std::to_string(layer);
}

/// How many datasets <letter>0, <letter>1, ... there are; a gap in the numbers is a fault.
std::size_t count_layers(const hdf5::File& file, const std::string& group, char letter) {
  std::size_t layers = 0;
  while (file.has(numbered(group, letter, layers))) ++layers;
  for (const std::string& name : file.names_in(group.empty() ? "/" : group)) {
    const bool is_number = name.size() > 1 && name.find_first_not_of("0123456789", 1) == std::string::npos;
    if (name[0] != letter || !is_number) continue;
    if (name.size() > 6 || std::stoul(name.substr(1)) >= layers) {
      throw InputError(fmt::format("{}: has dataset '{}{}' but no '{}'", file.path(), group, name,
                                   numbered(group, letter, layers)));
    }
  }
  return layers;
}

/// The dataset's shape, checked before anything is read; the last axis has to be `last_axis` long unless that
/// is 0.
std::vector<Index> checked_shape(const hdf5::File& file, const std::string& name, std::size_t axes,
                                 Index last_axis) {
  const hdf5::DatasetInfo info = file.dataset(name);
  const auto refuse = [&](const std::string& fault) {
    throw InputError(fmt::format("{}: dataset '{}' {}", file.path(), name, fault));
  };
  if (info.kind != hdf5::Kind::floating) refuse("does not hold floating-point numbers");
  if (info.shape.size() != axes) refuse(fmt::format("has {} axes, {} are expected", info.shape.size(), axes));
  if (last_axis > 0 && info.shape.back() != last_axis) {
    refuse(axes == 2
               ? fmt::format("has {} columns, the layer before has {} units", info.shape.back(), last_axis)
               : fmt::format("has {} numbers, its layer has {} units", info.shape.back(), last_axis));
  }
  Index values = 1;
  for (const Index length : info.shape) {
    if (length < 1) refuse("is empty");
    if (length > max_weights / values) refuse(fmt::format("holds more than {} numbers", max_weights));
    values *= length;
  }
  return info.shape;
}

std::vector<double> finite_numbers(const hdf5::File& file, const std::string& name) {
  std::vector<double> values = file.read_doubles(name);
  const auto bad =
      std::find_if(values.begin(), values.end(), [](double value) { return !std::isfinite(value); });
  if (bad != values.end()) {
    throw InputError(fmt::format("{}: dataset '{}' holds {} at position {}", file.path(), name, *bad,
                                 bad - values.begin()));
  }
  return values;
}

}  // namespace

Mlp read_mlp_datasets(const hdf5::File& file, const std::string& group, Activation activation) {
  Mlp mlp;
  mlp.activation = activation;
  const std::size_t layers = count_layers(file, group, 'W');
  if (layers < 2) {
    throw InputError(
        fmt::format("{}: dataset '{}' is missing; a network with a hidden layer has W0 and W1 at least",
                    file.path(), numbered(group, 'W', layers)));
  }
  const std::size_t biases = count_layers(file, group, 'b');
  if (biases != 0 && biases != layers) {
    throw InputError(fmt::format("{}: has {} biases for {} layers; dataset '{}' is {}", file.path(), biases,
                                 layers, numbered(group, 'b', std::min(biases, layers)),
                                 biases < layers ? "missing" : "extra"));
  }
  Index units = 0;
  for (std::size_t layer = 0; layer < layers; ++layer) {
    const std::string name = numbered(group, 'W', layer);
    const std::vector<Index> shape = checked_shape(file, name, 2, units);
    const std::vector<double> values = finite_numbers(file, name);
    mlp.weights.emplace_back(Eigen::Map<const RowMajorMatrix>(values.data(), shape[0], shape[1]));
    units = shape[0];
    if (biases == 0) continue;
    const std::string bias_name = numbered(group, 'b', layer);
    checked_shape(file, bias_name, 1, units);
    const std::vector<double> bias = finite_numbers(file, bias_name);
    mlp.biases.emplace_back(Eigen::Map<const Vector>(bias.data(), units));
  }
  return mlp;
}

void write_mlp_datasets(hdf5::File& file, const std::string& group, const Mlp& mlp) {
  for (std::size_t layer = 0; layer < mlp.weights.size(); ++layer) {
    const RowMajorMatrix W = mlp.weights[layer];
    file.write(numbered(group, 'W', layer), std::vector<double>(W.data(), W.data() + W.size()),
               {W.rows(), W.cols()});
    if (!mlp.bias()) continue;
    const Vector& b = mlp.biases[layer];
    file.write(numbered(group, 'b', layer), std::vector<double>(b.begin(), b.end()), {b.size()});
  }
}

}  // namespace simplicit
