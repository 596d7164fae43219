#include "network/onnx_operators.hpp"

#include <fmt/format.h>

#include <algorithm>

// Operators that slide a window over planes: Conv, AveragePool, GlobalAveragePool, and Pad.
// Their attributes are those of the ONNX operator specification (onnx.ai/onnx/operators).

namespace simplicit {
namespace {

using Pair = std::array<Index, 2>;

constexpr Index largest_extent = Index{1} << 20;

Pair checked_pair(const OnnxNode& node, const std::string& what, const std::vector<std::int64_t>& values,
                  Index least) {
  if (values.size() != 2) {
    node.fail(fmt::format("has {} numbers in '{}', 2 are expected: only planes are supported", values.size(),
                          what));
  }
  for (const std::int64_t value : values) {
    if (value < least || value > largest_extent) {
      node.fail(fmt::format("has {} in '{}', {} to {} are expected", value, what, least, largest_extent));
    }
  }
  return {values[0], values[1]};
}

/// The extent of a window with its gaps.
Index reach(const Window& window, std::size_t axis) {
  return window.dilation[axis] * (window.size[axis] - 1) + 1;
}

/// Padding such that ceil(extent / stride) windows fit, the odd row where SAME_UPPER or SAME_LOWER wants it.
void pad_to_same(const Shape& planes, bool odd_after, Window& window) {
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const Index extent = planes[axis + 1];
    const Index windows = (extent + window.stride[axis] - 1) / window.stride[axis];
    const Index total =
        std::max<Index>(0, (windows - 1) * window.stride[axis] + reach(window, axis) - extent);
    window.before[axis] = odd_after ? total / 2 : total - total / 2;
    window.after[axis] = total - window.before[axis];
  }
}

Window read_window(const OnnxNode& node, const Shape& planes, const std::vector<std::int64_t>& size) {
  Window window;
  window.size = checked_pair(node, "kernel_shape", node.list("kernel_shape", size), 1);
  window.stride = checked_pair(node, "strides", node.list("strides", {1, 1}), 1);
  window.dilation = checked_pair(node, "dilations", node.list("dilations", {1, 1}), 1);
  const std::string automatic = node.text("auto_pad", "NOTSET");
  if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
    pad_to_same(planes, automatic == "SAME_UPPER", window);
  } else if (automatic == "NOTSET") {
    const std::vector<std::int64_t> pads = node.list("pads", {0, 0, 0, 0});
    if (pads.size() != 4) node.fail(fmt::format("has {} numbers in 'pads', 4 are expected", pads.size()));
    window.before = checked_pair(node, "pads", {pads[0], pads[1]}, 0);
    window.after = checked_pair(node, "pads", {pads[2], pads[3]}, 0);
  } else if (automatic != "VALID") {
    node.fail("has the unknown auto_pad '" + automatic + "'");
  }
  return window;
}

/// (channels, windows that fit below each other, and beside each other).
Shape slide(const OnnxNode& node, const Window& window, const Shape& planes, Index channels) {
  Shape output{channels};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const Index room = planes[axis + 1] + window.before[axis] + window.after[axis] - reach(window, axis);
    if (room < 0) {
      node.fail("has a window larger than its planes, which are of shape " + shape_text(planes) +
                " a sample");
    }
    output.push_back(room / window.stride[axis] + 1);
  }
  return output;
}

/// ceil_mode adds a window that hangs over the edge.
bool hangs_over(const OnnxNode& node, const Window& window, const Shape& planes) {
  if (node.integer("ceil_mode", 0) == 0) return false;
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const Index room = planes[axis + 1] + window.before[axis] + window.after[axis] - reach(window, axis);
    if (room % window.stride[axis] != 0) return true;
  }
  return false;
}

/// Whether OpenCV pads like this.
bool has_plain_padding(const AveragePool& pool) {
  const Window& window = pool.window;
  for (std::size_t axis = 0; axis < 2; ++axis) {
    if (std::max(window.before[axis], window.after[axis]) >= window.size[axis]) return false;
  }
  return pool.counts_padding || window.before == window.after;
}

}  // namespace

OnnxOutcome read_convolution(const OnnxNode& node) {
  node.require_inputs(2, 3);
  node.require_only({"auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"});
  if (node.shape(0).size() != 3) return read_affine(node);
  const Shape& planes = node.planes(0);
  const OnnxConstant& weights = node.floats(1);
  const std::vector<Index>& shape = weights.shape;
  if (shape.size() != 4)
    node.fail("has weights of shape " + shape_text(shape) + ", only planes are supported");
  Convolution layer;
  layer.window = read_window(node, planes, {shape[2], shape[3]});
  if (layer.window.size != Pair{shape[2], shape[3]}) {
    node.fail("has weights of shape " + shape_text(shape) + " that do not fit its kernel_shape");
  }
  layer.groups = node.integer("group", 1);
  const Index groups = layer.groups;
  if (groups < 1 || groups > planes[0] || planes[0] % groups != 0 || shape[0] % groups != 0 ||
      shape[1] != planes[0] / groups) {
    node.fail(fmt::format("has weights of shape {} in {} groups, which do not fit {} channels",
                          shape_text(shape), groups, planes[0]));
  }
  layer.weights.assign(weights.values.begin(), weights.values.end());
  layer.bias = node.one_a_channel(2, shape[0], "biases");
  const Shape output = slide(node, layer.window, planes, shape[0]);
  return OnnxOperation{std::move(layer), {node.tensor(0)}, output, {}};
}

OnnxOutcome read_average_pool(const OnnxNode& node) {
  node.require_inputs(1, 1);
  node.require_only(
      {"auto_pad", "ceil_mode", "count_include_pad", "dilations", "kernel_shape", "pads", "strides"});
  if (node.shape(0).size() != 3) return read_affine(node);
  const Shape& planes = node.planes(0);
  AveragePool pool;
  pool.window = read_window(node, planes, {});
  pool.counts_padding = node.integer("count_include_pad", 0) != 0;
  const bool dilated = pool.window.dilation != Pair{1, 1};
  if (dilated || !has_plain_padding(pool) || hangs_over(node, pool.window, planes)) return read_affine(node);
  const Shape output = slide(node, pool.window, planes, planes[0]);
  return OnnxOperation{pool, {node.tensor(0)}, output, {}};
}

OnnxOutcome read_global_average_pool(const OnnxNode& node) {
  node.require_inputs(1, 1);
  node.require_only({});
  if (node.shape(0).size() != 3) return read_affine(node);
  const Shape& planes = node.planes(0);
  AveragePool pool;
  pool.window.size = {planes[1], planes[2]};
  return OnnxOperation{pool, {node.tensor(0)}, {planes[0], 1, 1}, {}};
}

OnnxOutcome read_pad(const OnnxNode& node) {
  node.require_inputs(1, 4);
  node.require_only({"mode", "pads", "value"});
  const std::vector<std::int64_t> pads = node.has_input(1) ? node.integers(1) : node.list("pads", {});
  if (std::all_of(pads.begin(), pads.end(), [](std::int64_t pad) { return pad == 0; })) {
    (void)node.tensor(0);
    return OnnxAlias{};
  }
  const bool zeros = node.text("mode", "constant") == "constant" && node.real("value", 0) == 0 &&
                     (!node.has_input(2) || node.floats(2).values[0] == 0) && !node.has_input(3);
  const bool planes_only = node.shape(0).size() == 3 && pads.size() == 8 && pads[0] == 0 && pads[1] == 0 &&
                           pads[4] == 0 && pads[5] == 0;
  const bool grows = std::all_of(pads.begin(), pads.end(), [](std::int64_t side) { return side >= 0; });
  if (!zeros || !planes_only || !grows) return read_moved(node);
  const Shape& planes = node.planes(0);
  ZeroPad pad;
  pad.before = checked_pair(node, "pads", {pads[2], pads[3]}, 0);
  pad.after = checked_pair(node, "pads", {pads[6], pads[7]}, 0);
  const Shape output{planes[0], planes[1] + pad.before[0] + pad.after[0],
                     planes[2] + pad.before[1] + pad.after[1]};
  return OnnxOperation{pad, {node.tensor(0)}, output, {}};
}

}  // namespace simplicit
