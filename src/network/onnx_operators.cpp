#include "network/onnx_operators.hpp"

#include "network/onnx_affine.hpp"
#include "network/onnx_rearrangement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>

namespace simplicit {
namespace {

OnnxOutcome activate(const OnnxNode& node, Activation activation) {
  node.require_inputs(1, 1);
  return OnnxOperation{Activate{}, {node.tensor(0)}, node.shape(0), activation};
}

OnnxOutcome read_activation(const OnnxNode& node) {
  node.require_only({});
  const std::string& type = node.type();
  return activate(node, type == "Tanh"      ? Activation::tanh
                        : type == "Sigmoid" ? Activation::sigmoid
                                            : Activation::relu);
}

/// The decimal number that was meant where a float32 number holds what is nearest to it.
double decimal(double number) {
  const std::string text = fmt::format("{}", static_cast<float>(number));
  double value = number;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

OnnxOutcome with_slope(const OnnxNode& node, double slope) {
  if (!(std::abs(slope) <= 1)) {
    node.fail(fmt::format(
        "has the slope {:.6g} left of zero; an implicit model needs a function that is not expansive, "
        "with slopes of -1 to 1",
        slope));
  }
  Activation activation = Activation::relu;
  if (slope != 0) activation = Activation::leaky(decimal(slope));
  return OnnxOperation{Activate{}, {node.tensor(0)}, node.shape(0), activation};
}

OnnxOutcome read_leaky_relu(const OnnxNode& node) {
  node.require_inputs(1, 1);
  node.require_only({"alpha"});
  return with_slope(node, node.real("alpha", leaky_relu_slope));
}

/// max(x, 0), with the zero as a constant on either side.
OnnxOutcome read_maximum(const OnnxNode& node) {
  if (node.input_count() == 2 && node.is_tensor(0) != node.is_tensor(1)) {
    const int data = node.is_tensor(0) ? 0 : 1;
    const std::vector<double>& numbers = node.numbers(1 - data).values;
    if (std::all_of(numbers.begin(), numbers.end(), [](double number) { return number == 0; })) {
      return OnnxOperation{Activate{}, {node.tensor(data)}, node.shape(data), Activation::relu};
    }
  }
  node.fail("takes a maximum, which is not affine, and no activation unless it is max(x, 0)");
}

/// Clip from zero to nothing that a float32 number reaches.
OnnxOutcome read_clip(const OnnxNode& node) {
  node.require_inputs(1, 3);
  node.require_only({"min", "max"});
  const auto bound = [&](int i, const char* name, double otherwise) {
    if (!node.has_input(i)) return node.real(name, otherwise);
    const std::vector<double>& numbers = node.numbers(i).values;
    if (numbers.size() != 1) node.fail("has bounds that are not single numbers");
    return numbers[0];
  };
  const double least = bound(1, "min", -std::numeric_limits<double>::infinity());
  const double most = bound(2, "max", std::numeric_limits<double>::infinity());
  if (least <= -std::numeric_limits<float>::max() && most >= std::numeric_limits<float>::max())
    return OnnxAlias{};
  if (least != 0 || most < std::numeric_limits<float>::max()) {
    node.fail(fmt::format("clips to [{:.6g}, {:.6g}]; only the clip to [0, infinity), a ReLU, is read", least,
                          most));
  }
  return OnnxOperation{Activate{}, {node.tensor(0)}, node.shape(0), Activation::relu};
}

/// One slope for all: LeakyRelu, or Relu where it is zero.
OnnxOutcome read_prelu(const OnnxNode& node) {
  node.require_inputs(2, 2);
  const std::vector<double>& slopes = node.floats(1).values;
  if (std::any_of(slopes.begin(), slopes.end(), [&](double slope) { return slope != slopes[0]; })) {
    node.fail("has a slope for each channel; one slope for all is read");
  }
  return with_slope(node, slopes[0]);
}

OnnxOutcome read_identity(const OnnxNode& node) {
  node.require_inputs(1, 1);
  (void)node.is_tensor(0);
  return OnnxAlias{};
}

OnnxOutcome read_cast(const OnnxNode& node) {
  constexpr std::int64_t float32 = 1, float64 = 11;
  const std::int64_t to = node.integer("to", float32);
  if (node.type() == "Cast" && to != float32 && to != float64) {
    node.fail("rounds what the network computes to another type of number");
  }
  return OnnxAlias{};
}

OnnxOutcome read_dropout(const OnnxNode& node) {
  node.require_inputs(1, 3);
  (void)node.tensor(0);
  return OnnxAlias{};  // as it is at inference
}

/// Squeeze, Unsqueeze, Split and what else gives the same entries in the same order, as Reshape.
OnnxOperation moved(const OnnxNode& node, const Rearrangement& rearrangement) {
  if (rearrangement.shape.empty() || rearrangement.shape[0] != 1 || rearrangement.shape.size() < 2) {
    node.fail("gives a tensor without an axis of samples before others");
  }
  OnnxOperation operation;
  operation.output.assign(rearrangement.shape.begin() + 1, rearrangement.shape.end());
  const Index entries = std::ssize(rearrangement.sources);
  if (entries == 0) node.fail("gives a tensor without entries");
  bool in_order = node.is_tensor(0) && entries == entries_of(node.shape(0));
  for (Index k = 0; k < entries && in_order; ++k) {
    const Rearrangement::Source& source = rearrangement.sources[static_cast<std::size_t>(k)];
    in_order = source.input == 0 && source.entry == k;
  }
  if (in_order) {
    operation.operation = Reshape{};
    operation.inputs = {node.tensor(0)};
    return operation;
  }
  SparseMap map;
  std::vector<float> shift(static_cast<std::size_t>(entries), 0.0F);
  for (int i = 0; i < node.input_count(); ++i) {
    if (!node.has_input(i) || !node.is_tensor(i)) continue;
    SparseMap::Weights weights(entries, entries_of(node.shape(i)));
    std::vector<Eigen::Triplet<float, std::int32_t>> terms;
    for (Index k = 0; k < entries; ++k) {
      const Rearrangement::Source& source = rearrangement.sources[static_cast<std::size_t>(k)];
      if (source.input == i)
        terms.emplace_back(static_cast<std::int32_t>(k), static_cast<std::int32_t>(source.entry), 1.0F);
    }
    weights.setFromTriplets(terms.begin(), terms.end());
    map.weights.push_back(std::move(weights));
    operation.inputs.push_back(node.tensor(i));
  }
  for (Index k = 0; k < entries; ++k) {
    const Rearrangement::Source& source = rearrangement.sources[static_cast<std::size_t>(k)];
    double constant = source.input < 0 ? rearrangement.fill : 0;
    if (source.input >= 0 && !node.is_tensor(source.input))
      constant = node.floats(source.input).values[static_cast<std::size_t>(source.entry)];
    shift[static_cast<std::size_t>(k)] = static_cast<float>(constant);
  }
  const bool shifts = std::any_of(shift.begin(), shift.end(), [](float number) { return number != 0; });
  if (shifts) map.shift = std::move(shift);
  operation.operation = std::move(map);
  return operation;
}

using Reader = OnnxOutcome (*)(const OnnxNode&);

const std::map<std::string, Reader>& supported() {
  static const std::map<std::string, Reader> readers{
      {"Add", read_arithmetic},
      {"AveragePool", read_average_pool},
      {"BatchNormalization", read_batch_normalization},
      {"Cast", read_cast},
      {"CastLike", read_cast},
      {"Clip", read_clip},
      {"Conv", read_convolution},
      {"Div", read_arithmetic},
      {"Dropout", read_dropout},
      {"Flatten", read_flatten},
      {"Gemm", read_gemm},
      {"GlobalAveragePool", read_global_average_pool},
      {"Identity", read_identity},
      {"LeakyRelu", read_leaky_relu},
      {"MatMul", read_matmul},
      {"Max", read_maximum},
      {"Mean", read_arithmetic},
      {"Mul", read_arithmetic},
      {"PRelu", read_prelu},
      {"Pad", read_pad},
      {"Relu", read_activation},
      {"Reshape", read_reshape},
      {"Sigmoid", read_activation},
      {"Sub", read_arithmetic},
      {"Sum", read_arithmetic},
      {"Tanh", read_activation},
  };
  return readers;
}

/// What to do about operators that networks often have.
const std::map<std::string, std::string>& reasons() {
  const std::string maximum =
      "takes a maximum, which is not affine; a strided convolution or an average pool can be represented";
  const std::string softmax =
      "is not affine, and no activation of single numbers; at the very end it would be left off";
  const std::string other = "is not one of the activations Relu, LeakyRelu, Tanh and Sigmoid";
  const std::string smooth =
      "is an activation that an implicit model cannot have: it is not one of Relu, LeakyRelu, Tanh and "
      "Sigmoid, and its "
      "slope exceeds 1; train the network with one of these";
  const std::string norm =
      "normalises each sample by a deviation of its own, as LayerNorm, GroupNorm and InstanceNorm do, which "
      "is not "
      "affine; a BatchNormalization can be represented";
  const std::string attention =
      "multiplies what the network computes with itself (attention), which is not affine";
  const std::string memory = "is a recurrent layer, which is not read";
  const std::string nested = "holds another graph";
  static const std::map<std::string, std::string> all{
      {"MaxPool", maximum},
      {"GlobalMaxPool", maximum},
      {"ReduceMax", maximum},
      {"Min", "takes a minimum, which is not affine"},
      {"Softmax", softmax},
      {"LogSoftmax", softmax},
      {"Elu", other},
      {"Selu", other},
      {"Celu", other},
      {"ThresholdedRelu", other},
      {"HardSigmoid", other},
      {"HardSwish", smooth},
      {"Mish", smooth},
      {"Gelu", smooth},
      {"Softplus", other},
      {"Softsign", other},
      {"Erf", "computes GELU, which " + smooth},
      {"Abs", "takes absolute values, which is not one of the activations that are read"},
      {"LayerNormalization", norm},
      {"InstanceNormalization", norm},
      {"GroupNormalization", norm},
      {"MeanVarianceNormalization", norm},
      {"LpNormalization", norm},
      {"LRN", norm},
      {"Sqrt", norm},
      {"Pow", "raises to a power, as LayerNorm and GELU do, which is not affine"},
      {"Attention", attention},
      {"Einsum", attention},
      {"LSTM", memory},
      {"GRU", memory},
      {"RNN", memory},
      {"If", nested},
      {"Loop", nested},
      {"Scan", nested},
  };
  return all;
}

}  // namespace

OnnxOutcome read_affine(const OnnxNode& node) {
  AffineMap from = affine_map_of(node);
  if (from.shape.size() < 2 || from.shape[0] != 1) {
    node.fail("gives a tensor without an axis of samples before others");
  }
  SparseMap map;
  map.parameters = from.weights;
  map.biases = from.biases;
  const Index rows = std::ssize(from.shift);
  if (rows == 0) node.fail("gives a tensor without entries");
  OnnxOperation operation;
  operation.output.assign(from.shape.begin() + 1, from.shape.end());
  std::size_t next = 0;
  for (int i = 0; i < node.input_count(); ++i) {
    if (!node.has_input(i) || !node.is_tensor(i)) continue;
    std::vector<Eigen::Triplet<float, std::int32_t>> terms;
    for (const AffineMap::Term& term : from.terms[next++]) {
      const auto factor = static_cast<float>(term.factor);
      if (!std::isfinite(factor)) node.fail("has numbers that overflow float32");
      terms.emplace_back(static_cast<std::int32_t>(term.row), static_cast<std::int32_t>(term.column), factor);
    }
    SparseMap::Weights weights(rows, entries_of(node.shape(i)));
    weights.setFromTriplets(terms.begin(), terms.end());
    map.weights.push_back(std::move(weights));
    operation.inputs.push_back(node.tensor(i));
  }
  if (std::any_of(from.shift.begin(), from.shift.end(), [](double number) { return number != 0; })) {
    map.shift.assign(from.shift.begin(), from.shift.end());
  }
  if (std::any_of(map.shift.begin(), map.shift.end(), [](float number) { return !std::isfinite(number); })) {
    node.fail("has numbers that overflow float32");
  }
  operation.operation = std::move(map);
  return operation;
}

OnnxOutcome read_moved(const OnnxNode& node) {
  std::vector<OnnxOperation> operations;
  for (const Rearrangement& rearrangement : rearrangements_of(node))
    operations.push_back(moved(node, rearrangement));
  return operations;
}

bool is_supported(const std::string& type) {
  return supported().contains(type) || is_rearrangement(type) || is_affine(type);
}

OnnxOutcome read_operator(const OnnxNode& node) {
  const auto reader = supported().find(node.type());
  if (reader != supported().end()) return reader->second(node);
  if (is_rearrangement(node.type())) return read_moved(node);
  if (is_affine(node.type())) return read_affine(node);
  const auto reason = reasons().find(node.type());
  node.fail(reason != reasons().end() ? reason->second : "is an operator that is not supported");
}

}  // namespace simplicit
