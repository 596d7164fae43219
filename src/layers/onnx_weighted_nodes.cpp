#include "layers/onnx_operators.hpp"
#include <simplicit/base/error.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace simplicit {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// (vertical, horizontal) of a list of one or two numbers.
std::array<Index, 2> pair_of(const std::vector<std::int64_t>& values, std::size_t first, std::size_t axes,
                             Index otherwise) {
  if (values.size() < first + axes) return {otherwise, otherwise};
  if (axes == 1) return {otherwise, values[first]};
  return {values[first], values[first + 1]};
}

Index reach(const Window& window, std::size_t axis) {
  return window.dilation[axis] * (window.size[axis] - 1) + 1;
}

void pad_to_same(const std::array<Index, 2>& extents, bool odd_after, std::size_t axes, Window& window) {
  for (std::size_t axis = 2 - axes; axis < 2; ++axis) {
    const Index windows = (extents[axis] + window.stride[axis] - 1) / window.stride[axis];
    const Index total =
        std::max<Index>(0, (windows - 1) * window.stride[axis] + reach(window, axis) - extents[axis]);
    window.before[axis] = odd_after ? total / 2 : total - total / 2;
    window.after[axis] = total - window.before[axis];
  }
}

void set_bias(const OperatorGraph& graph, const onnx::NodeProto& node, int input, double factor,
              FoundOperator& op) {
  const std::optional<Numbers> bias = graph.constant(node.input(input));
  const auto count = bias ? std::ssize(bias->values) : 0;
  if (count != op.geometry.channels && count != 1) {
    refuse(graph.path, node, fmt::format("has a bias that is not {} constant numbers", op.geometry.channels));
  }
  op.bias = Vector::Constant(op.geometry.channels, bias->values[0] * factor);
  if (count > 1) op.bias = factor * Eigen::Map<const Vector>(bias->values.data(), count);
}

std::optional<FoundOperator> convolution(const OperatorGraph& graph, const onnx::NodeProto& node,
                                         const Shape& from, const Shape& to) {
  const std::optional<Numbers> weights = graph.constant(node.input(1));
  if (!weights || (from.size() != 2 && from.size() != 3)) return {};
  const std::size_t axes = from.size() - 1;
  if (weights->shape.size() != axes + 2) {
    refuse(
        graph.path, node,
        fmt::format("has weights of shape {} for {} a sample", shape_text(weights->shape), shape_text(from)));
  }
  FoundOperator op;
  WeightedOperator& geometry = op.geometry;
  geometry.input = node.input(0);
  geometry.output = node.output(0);
  geometry.channels = weights->shape[0];
  geometry.in_channels = from[0];
  geometry.groups = integer_of(node, "group", 1);
  if (geometry.groups < 1 || from[0] % geometry.groups != 0 || geometry.channels % geometry.groups != 0) {
    refuse(graph.path, node,
           fmt::format("has {} groups, which do not divide {} channels read and {} written", geometry.groups,
                       from[0], geometry.channels));
  }
  if (weights->shape[1] * geometry.groups != from[0]) {
    refuse(graph.path, node,
           fmt::format("has weights of shape {}, {} channels in {} groups are read",
                       shape_text(weights->shape), from[0], geometry.groups));
  }
  const std::array<Index, 2> extents{axes == 2 ? from[1] : 1, from[axes]};
  geometry.height = extents[0];
  geometry.width = extents[1];
  Window& window = geometry.window;
  window.size = {axes == 2 ? weights->shape[2] : 1, weights->shape[axes + 1]};
  window.stride = pair_of(list_of(node, "strides"), 0, axes, 1);
  window.dilation = pair_of(list_of(node, "dilations"), 0, axes, 1);
  const std::string automatic = text_of(node, "auto_pad", "NOTSET");
  if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
    pad_to_same(extents, automatic == "SAME_UPPER", axes, window);
  } else if (automatic != "VALID") {
    window.before = pair_of(list_of(node, "pads"), 0, axes, 0);
    window.after = pair_of(list_of(node, "pads"), axes, axes, 0);
  }
  Index* out[] = {&geometry.out_height, &geometry.out_width};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const Index room = extents[axis] + window.before[axis] + window.after[axis] - reach(window, axis);
    if (room < 0)
      refuse(graph.path, node, "has a kernel larger than its planes, " + shape_text(from) + " a sample");
    *out[axis] = room / window.stride[axis] + 1;
  }
  if (entries_of(to) != geometry.channels * geometry.positions()) {
    refuse(graph.path, node,
           fmt::format("gives {} a sample by OpenCV's account, {} channels at {} positions are right",
                       shape_text(to), geometry.channels, geometry.positions()));
  }
  op.W = Eigen::Map<const RowMajor>(weights->values.data(), geometry.channels, geometry.taps());
  if (node.input_size() > 2 && !node.input(2).empty()) set_bias(graph, node, 2, 1, op);
  return op;
}

std::optional<FoundOperator> dense(const OperatorGraph& graph, const onnx::NodeProto& node, const Shape& from,
                                   bool transposed) {
  const std::optional<Numbers> weights = graph.constant(node.input(1));
  if (!weights || weights->shape.size() != 2 || from.empty()) return {};
  FoundOperator op;
  WeightedOperator& geometry = op.geometry;
  geometry.dense = true;
  geometry.input = node.input(0);
  geometry.output = node.output(0);
  geometry.in_channels = weights->shape[transposed ? 1 : 0];
  geometry.channels = weights->shape[transposed ? 0 : 1];
  if (geometry.in_channels < 1 || geometry.channels < 1 || from.back() != geometry.in_channels) {
    refuse(graph.path, node,
           fmt::format("has weights of shape {} that do not fit {} a sample", shape_text(weights->shape),
                       shape_text(from)));
  }
  geometry.width = geometry.out_width = entries_of(from) / from.back();
  if (transposed) {
    op.W = Eigen::Map<const RowMajor>(weights->values.data(), geometry.channels, geometry.in_channels);
  } else {
    op.W = Eigen::Map<const Matrix>(weights->values.data(), geometry.channels, geometry.in_channels);
  }
  return op;
}

std::optional<FoundOperator> gemm(const OperatorGraph& graph, const onnx::NodeProto& node,
                                  const Shape& from) {
  if (from.size() != 1 || integer_of(node, "transA", 0) != 0) return {};
  std::optional<FoundOperator> op = dense(graph, node, from, integer_of(node, "transB", 0) != 0);
  if (!op) return {};
  op->W *= real_of(node, "alpha", 1);
  if (node.input_size() > 2 && !node.input(2).empty())
    set_bias(graph, node, 2, real_of(node, "beta", 1), *op);
  return op;
}

std::optional<FoundOperator> matmul(const OperatorGraph& graph, const onnx::NodeProto& node,
                                    const Shape& from) {
  return dense(graph, node, from, false);
}

}  // namespace

[[noreturn]] void refuse(const std::string& path, const onnx::NodeProto& node, const std::string& fault) {
  throw InputError(path + ": " + title_of(node) + " " + fault);
}

std::optional<FoundOperator> weighted_operator(const OperatorGraph& graph, const onnx::NodeProto& node) {
  const std::string& domain = node.domain();
  if ((!domain.empty() && domain != "ai.onnx") || node.input_size() < 2 || node.output_size() < 1) return {};
  const Shape* from = graph.shape(node.input(0));
  const Shape* to = graph.shape(node.output(0));
  if (from == nullptr || to == nullptr || graph.constants.contains(node.input(0))) return {};
  if (!graph.constants.contains(node.input(1))) return {};
  if (node.op_type() == "Conv") return convolution(graph, node, *from, *to);
  if (node.op_type() == "Gemm") return gemm(graph, node, *from);
  if (node.op_type() == "MatMul") return matmul(graph, node, *from);
  return {};
}

}  // namespace simplicit
