#include "network/onnx_operators.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

// Operators on features and channels: Gemm, MatMul, BatchNormalization, arithmetic with constants, Reshape,
// Flatten. Their attributes are those of the ONNX operator specification (onnx.ai/onnx/operators).

namespace simplicit {
namespace {

/// Constant weights (in, out), or (out, in) when transposed, as (out, in), times `factor`.
std::vector<float> dense_weights(const OnnxNode& node, bool transposed, double factor, Index features) {
  const OnnxConstant& constant = node.floats(1);
  const std::vector<Index>& shape = constant.shape;
  if (shape.size() != 2 || shape[transposed ? 1 : 0] != features) {
    node.fail(
        fmt::format("has weights of shape {} that do not fit {} features", shape_text(shape), features));
  }
  const Index units = shape[transposed ? 0 : 1];
  std::vector<float> weights;
  weights.reserve(constant.values.size());
  for (Index out = 0; out < units; ++out) {
    for (Index in = 0; in < features; ++in) {
      const Index entry = transposed ? out * features + in : in * units + out;
      weights.push_back(static_cast<float>(factor * constant.values[static_cast<std::size_t>(entry)]));
    }
  }
  return weights;
}

OnnxOutcome dense(const OnnxNode& node, Dense layer, Index features) {
  const auto units = static_cast<Index>(layer.weights.size()) / features;
  return OnnxOperation{std::move(layer), {node.tensor(0)}, {units}, {}};
}

void require_finite(const OnnxNode& node, const std::vector<float>& numbers) {
  if (!std::all_of(numbers.begin(), numbers.end(), [](float number) { return std::isfinite(number); })) {
    node.fail("has numbers that overflow float32");
  }
}

/// The constant at input i as one number per channel of a tensor of `shape` a sample; nothing where it varies
/// otherwise.
std::optional<std::vector<float>> channel_numbers(const OnnxNode& node, int i, const Shape& shape) {
  const OnnxConstant& constant = node.floats(i);
  // aligned at the last axis, a leading axis is that of the samples
  const std::size_t rank = shape.size() + 1;
  if (constant.shape.size() > rank) return {};
  std::vector<Index> aligned(rank, 1);
  std::copy_backward(constant.shape.begin(), constant.shape.end(), aligned.end());
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const bool channels = axis == 1 && aligned[axis] == shape[0];
    if (aligned[axis] != 1 && !channels) return {};
  }
  if (constant.values.size() == 1) {
    return std::vector<float>(static_cast<std::size_t>(shape[0]), static_cast<float>(constant.values[0]));
  }
  return std::vector<float>(constant.values.begin(), constant.values.end());
}

/// The shape of a sample that Reshape asks for; the first number is that of the samples.
Shape reshaped(const OnnxNode& node, const Shape& from, const std::vector<std::int64_t>& wanted) {
  const Index entries = entries_of(from);
  const bool exported = !wanted.empty() && node.batch() > 0 && wanted[0] == node.batch();
  const bool keeps_samples =
      wanted.size() >= 2 && (wanted[0] == 0 || wanted[0] == -1 || exported || is_samples(wanted[0]));
  if (!keeps_samples) node.fail("changes the axis of the samples, or joins it with others");
  Shape to;
  Index known = 1;
  std::size_t open = 0;
  for (std::size_t axis = 1; axis < wanted.size(); ++axis) {
    std::int64_t length = wanted[axis];
    if (length == 0 && axis - 1 < from.size()) length = from[axis - 1];
    if (length == -1 && wanted[0] != -1 && open == 0) {
      open = axis;
      to.push_back(-1);
      continue;
    }
    if (length < 1 || length > entries / known)
      node.fail("asks for a shape that does not hold what it reads");
    known *= length;
    to.push_back(length);
  }
  if (open > 0) to[open - 1] = entries / known;
  if (entries_of(to) != entries) node.fail("asks for a shape that does not hold what it reads");
  return to;
}

}  // namespace

OnnxOutcome read_gemm(const OnnxNode& node) {
  node.require_inputs(2, 3);
  node.require_only({"alpha", "beta", "transA", "transB"});
  const bool flat = node.is_tensor(0) && node.shape(0).size() == 1 && !node.is_tensor(1);
  if (!flat || node.integer("transA", 0) != 0) return read_affine(node);
  const Index features = node.shape(0)[0];
  Dense layer;
  layer.weights = dense_weights(node, node.integer("transB", 0) != 0, node.real("alpha", 1), features);
  const auto units = static_cast<Index>(layer.weights.size()) / features;
  if (node.has_input(2)) {
    std::optional<std::vector<float>> bias = channel_numbers(node, 2, {units});
    if (!bias)
      node.fail("adds a constant of shape " + shape_text(node.full_shape(2)) + ", which does not fit");
    layer.bias = std::move(*bias);
  }
  const double beta = node.real("beta", 1);
  for (float& bias : layer.bias) bias = static_cast<float>(beta * bias);
  require_finite(node, layer.weights);
  require_finite(node, layer.bias);
  return dense(node, std::move(layer), features);
}

OnnxOutcome read_matmul(const OnnxNode& node) {
  node.require_inputs(2, 2);
  node.require_only({});
  const bool flat = node.is_tensor(0) && node.shape(0).size() == 1 && !node.is_tensor(1);
  if (!flat) return read_affine(node);
  const Index features = node.shape(0)[0];
  return dense(node, {dense_weights(node, false, 1, features), {}}, features);
}

OnnxOutcome read_batch_normalization(const OnnxNode& node) {
  node.require_inputs(5, 5);
  node.require_only({"epsilon", "momentum", "spatial", "training_mode"});
  if (!node.is_tensor(0)) node.fail("normalises a constant");
  if (node.integer("training_mode", 0) != 0)
    node.fail("was exported in training mode; call model.eval() first");
  if (node.integer("spatial", 1) != 1) node.fail("normalises every entry by itself (spatial=0)");
  const Shape& shape = node.shape(0);
  const std::vector<float> scale = node.one_a_channel(1, shape[0], "scales");
  const std::vector<float> bias = node.one_a_channel(2, shape[0], "biases");
  const std::vector<float> mean = node.one_a_channel(3, shape[0], "means");
  const std::vector<float> variance = node.one_a_channel(4, shape[0], "variances");
  for (int i = 1; i < 5; ++i) (void)node.floats(i);
  const double epsilon = node.real("epsilon", 1e-5);
  ChannelScale layer;
  for (std::size_t channel = 0; channel < scale.size(); ++channel) {
    const double deviation = std::sqrt(variance[channel] + epsilon);
    if (!(deviation > 0))
      node.fail(fmt::format("has the variance {} in channel {}", variance[channel], channel));
    const double factor = scale[channel] / deviation;
    layer.factor.push_back(static_cast<float>(factor));
    layer.shift.push_back(static_cast<float>(bias[channel] - factor * mean[channel]));
  }
  require_finite(node, layer.factor);
  require_finite(node, layer.shift);
  return OnnxOperation{std::move(layer), {node.tensor(0)}, shape, {}};
}

OnnxOutcome read_arithmetic(const OnnxNode& node) {
  node.require_only({"axis", "broadcast"});
  const std::string& type = node.type();
  if (node.input_count() != 2) return read_affine(node);
  const bool first = node.is_tensor(0);
  if (first == node.is_tensor(1)) {
    const bool sum = type == "Add" || type == "Sum";
    if (!sum || !first || node.shape(0) != node.shape(1)) return read_affine(node);
    return OnnxOperation{Sum{}, {node.tensor(0), node.tensor(1)}, node.shape(0), {}};
  }
  const int data = first ? 0 : 1;
  const std::optional<std::vector<float>> numbers = channel_numbers(node, 1 - data, node.shape(data));
  const bool reversed = (type == "Sub" || type == "Div") && !first;
  if (!numbers || reversed || type == "Mean") return read_affine(node);
  ChannelScale scale{{}, std::vector<float>(numbers->size(), 0.0F)};
  for (std::size_t channel = 0; channel < numbers->size(); ++channel) {
    const float number = (*numbers)[channel];
    if (type == "Add" || type == "Sum") scale.shift[channel] = number;
    if (type == "Sub") scale.shift[channel] = -number;
    if (type == "Mul") scale.factor.push_back(number);
    if (type == "Div") {
      if (number == 0) node.fail("divides by zero");
      scale.factor.push_back(static_cast<float>(1 / double{number}));
    }
  }
  if (!scale.factor.empty()) scale.shift.clear();
  require_finite(node, scale.factor);
  return OnnxOperation{std::move(scale), {node.tensor(data)}, node.shape(data), {}};
}

OnnxOutcome read_reshape(const OnnxNode& node) {
  node.require_inputs(2, 2);
  node.require_only({"allowzero"});
  const std::vector<std::int64_t> wanted = node.integers(1);
  if (node.integer("allowzero", 0) != 0 && std::find(wanted.begin(), wanted.end(), 0) != wanted.end()) {
    node.fail("asks for an axis of length 0 (allowzero=1)");
  }
  return OnnxOperation{Reshape{}, {node.tensor(0)}, reshaped(node, node.shape(0), wanted), {}};
}

OnnxOutcome read_flatten(const OnnxNode& node) {
  node.require_inputs(1, 1);
  node.require_only({"axis"});
  const Shape& shape = node.shape(0);
  const std::int64_t axis = node.integer("axis", 1);
  if (axis != 1 && axis != -static_cast<std::int64_t>(shape.size())) {
    node.fail(fmt::format("joins samples or keeps axes apart (axis={}), axis=1 is expected", axis));
  }
  return OnnxOperation{Reshape{}, {node.tensor(0)}, {entries_of(shape)}, {}};
}

}  // namespace simplicit
