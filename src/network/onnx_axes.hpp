#pragma once

#include "network/onnx_node.hpp"

#include <vector>

// Axes of tensors in ONNX graphs, that of the samples among them.

namespace simplicit {

/// Entries of a tensor of this shape; fails where there are more than any network here has.
[[nodiscard]] Index checked_entries(const OnnxNode& node, const std::vector<Index>& shape);

/// How far apart in memory neighbours along each axis are, row after row.
[[nodiscard]] std::vector<Index> strides_of(const std::vector<Index>& shape);

/// The axis that a possibly negative number means among `rank` of them; fails where there is none.
[[nodiscard]] std::size_t axis_of(const OnnxNode& node, std::int64_t axis, std::size_t rank);

/// The same, and fails when it is that of the samples of input `i`.
[[nodiscard]] std::size_t inner_axis_of(const OnnxNode& node, std::int64_t axis, int i);

/// The axes named by the attribute `axes` or by input `input` (as operator sets before and from some version
/// have them); nothing when neither is there.
[[nodiscard]] std::vector<std::int64_t> axes_list(const OnnxNode& node, int input);

/// The shape that all these broadcast to (numpy's rules); fails when they do not.
[[nodiscard]] std::vector<Index> broadcast_shape(const OnnxNode& node,
                                                 const std::vector<std::vector<Index>>& shapes);

/// Strides by which a tensor of `from` is read under the indices of `to`, 0 along the axes that repeat.
[[nodiscard]] std::vector<Index> broadcast_strides(const std::vector<Index>& from,
                                                   const std::vector<Index>& to);

/// Calls visit(index) for every index of a tensor of this shape, the last axis fastest.
template <class Visit>
void for_each_index(const std::vector<Index>& shape, const Visit& visit) {
  for (const Index length : shape) {
    if (length == 0) return;
  }
  std::vector<Index> index(shape.size(), 0);
  while (true) {
    visit(index);
    std::size_t axis = shape.size();
    while (axis > 0 && ++index[axis - 1] == shape[axis - 1]) index[--axis] = 0;
    if (axis == 0) return;
  }
}

/// The place of an index in memory.
[[nodiscard]] inline Index place_of(const std::vector<Index>& index, const std::vector<Index>& strides) {
  Index place = 0;
  for (std::size_t axis = 0; axis < index.size(); ++axis) place += index[axis] * strides[axis];
  return place;
}

}  // namespace simplicit
