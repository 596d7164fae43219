#include "network/onnx_axes.hpp"

#include "network/onnx_folding.hpp"

#include <algorithm>

namespace simplicit {

Index checked_entries(const OnnxNode& node, const std::vector<Index>& shape) {
  const bool constant = is_known_beforehand(node);
  const Index most = constant ? node.room().constants : node.room().maps;
  Index entries = 1;
  for (const Index length : shape) {
    if (length < 0) node.fail("has a tensor with an axis of negative length");
    if (length > 0 && entries > most / length) {
      node.fail(constant ? "computes more constants than the size of the file makes likely"
                         : "moves or adds up more numbers than networks that are captured have");
    }
    entries *= length;
  }
  return entries;
}

std::vector<Index> strides_of(const std::vector<Index>& shape) {
  std::vector<Index> strides(shape.size(), 1);
  for (std::size_t axis = shape.size(); axis-- > 1;) strides[axis - 1] = strides[axis] * shape[axis];
  return strides;
}

std::size_t axis_of(const OnnxNode& node, std::int64_t axis, std::size_t rank) {
  const auto axes = static_cast<std::int64_t>(rank);
  if (axis < -axes || axis >= axes)
    node.fail(fmt::format("names axis {} of a tensor that has {}", axis, rank));
  return static_cast<std::size_t>(axis < 0 ? axis + axes : axis);
}

std::size_t inner_axis_of(const OnnxNode& node, std::int64_t axis, int i) {
  const std::size_t found = axis_of(node, axis, node.full_shape(i).size());
  if (node.is_tensor(i) && found == 0) node.fail("works across the samples");
  return found;
}

std::vector<std::int64_t> axes_list(const OnnxNode& node, int input) {
  if (node.has_input(input)) return node.integers(input);
  return node.list("axes", {});
}

std::vector<Index> broadcast_shape(const OnnxNode& node, const std::vector<std::vector<Index>>& shapes) {
  std::size_t rank = 0;
  for (const std::vector<Index>& shape : shapes) rank = std::max(rank, shape.size());
  std::vector<Index> result(rank, 1);
  for (const std::vector<Index>& shape : shapes) {
    for (std::size_t i = 0; i < shape.size(); ++i) {
      Index& length = result[rank - shape.size() + i];
      if (shape[i] == 1 || shape[i] == length) continue;
      if (length != 1) {
        node.fail("joins tensors of shapes " + shape_text(shapes.front()) + " and " + shape_text(shape) +
                  ", which do not fit");
      }
      length = shape[i];
    }
  }
  return result;
}

std::vector<Index> broadcast_strides(const std::vector<Index>& from, const std::vector<Index>& to) {
  const std::vector<Index> own = strides_of(from);
  std::vector<Index> strides(to.size(), 0);
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (from[i] != 1) strides[to.size() - from.size() + i] = own[i];
  }
  return strides;
}

}  // namespace simplicit
