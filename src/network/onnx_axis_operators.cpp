#include "network/onnx_axes.hpp"
#include "network/onnx_rearrangement.hpp"

#include <algorithm>
#include <numeric>

// Operators that reorder or rename axes; attributes as in the ONNX operator specification
// (onnx.ai/onnx/operators).

namespace simplicit {
namespace {

using Results = std::vector<Rearrangement>;
using Source = Rearrangement::Source;
using Shapes = std::vector<Index>;

/// The same entries in the same order under another shape.
Rearrangement renamed(const OnnxNode& node, Shapes shape) {
  const Index entries = checked_entries(node, node.full_shape(0));
  if (checked_entries(node, shape) != entries) node.fail("asks for a shape that does not hold what it reads");
  Rearrangement result{std::move(shape), {}, 0};
  for (Index entry = 0; entry < entries; ++entry) result.sources.push_back({0, entry});
  return result;
}

Results transpose(const OnnxNode& node) {
  const Shapes from = node.full_shape(0);
  std::vector<std::int64_t> order(from.size());
  std::iota(order.rbegin(), order.rend(), 0);
  order = node.list("perm", order);
  if (order.size() != from.size()) node.fail("permutes another count of axes than it reads");
  std::vector<bool> seen(from.size(), false);
  for (const std::int64_t axis : order) seen[axis_of(node, axis, from.size())] = true;
  if (!std::all_of(seen.begin(), seen.end(), [](bool there) { return there; }))
    node.fail("names an axis twice");
  if (node.is_tensor(0) && order[0] != 0) node.fail("moves the axis of the samples");
  Shapes to;
  Shapes strides;
  const Shapes own = strides_of(from);
  for (const std::int64_t axis : order) {
    to.push_back(from[axis_of(node, axis, from.size())]);
    strides.push_back(own[axis_of(node, axis, from.size())]);
  }
  return {from_index(node, to, [&](const auto& index) { return Source{0, place_of(index, strides)}; })};
}

Results squeeze(const OnnxNode& node) {
  const Shapes from = node.full_shape(0);
  std::vector<bool> gone(from.size(), false);
  const std::vector<std::int64_t> axes = axes_list(node, 1);
  for (const std::int64_t axis : axes) {
    const std::size_t at = inner_axis_of(node, axis, 0);
    if (from[at] != 1) node.fail(fmt::format("leaves out axis {}, whose length is {}", axis, from[at]));
    gone[at] = true;
  }
  if (axes.empty()) {
    for (std::size_t at = node.is_tensor(0) ? 1 : 0; at < from.size(); ++at) gone[at] = from[at] == 1;
  }
  Shapes to;
  for (std::size_t at = 0; at < from.size(); ++at) {
    if (!gone[at]) to.push_back(from[at]);
  }
  return {renamed(node, to)};
}

Results unsqueeze(const OnnxNode& node) {
  const Shapes from = node.full_shape(0);
  const std::vector<std::int64_t> axes = axes_list(node, 1);
  const std::size_t rank = from.size() + axes.size();
  std::vector<bool> added(rank, false);
  for (const std::int64_t axis : axes) {
    const std::size_t at = axis_of(node, axis, rank);
    if (added[at]) node.fail(fmt::format("adds axis {} twice", axis));
    if (node.is_tensor(0) && at == 0) node.fail("adds an axis before that of the samples");
    added[at] = true;
  }
  Shapes to;
  std::size_t next = 0;
  for (std::size_t at = 0; at < rank; ++at) to.push_back(added[at] ? 1 : from[next++]);
  return {renamed(node, to)};
}

Results flatten(const OnnxNode& node) {
  const Shapes from = node.full_shape(0);
  const std::int64_t axis = node.integer("axis", 1);
  const auto rank = static_cast<std::int64_t>(from.size());
  if (axis < -rank || axis > rank)
    node.fail(fmt::format("names axis {} of a tensor that has {}", axis, rank));
  const auto cut = from.begin() + (axis < 0 ? axis + rank : axis);
  const auto product = [](auto first, auto last) {
    return std::accumulate(first, last, Index{1}, std::multiplies<>());
  };
  return {renamed(node, {product(from.begin(), cut), product(cut, from.end())})};
}

Results reshape(const OnnxNode& node) {
  const Shapes from = node.full_shape(0);
  const std::vector<std::int64_t> wanted = node.integers(1);
  const bool zero_is_length = node.integer("allowzero", 0) != 0;
  Shapes to;
  Index known = 1;
  std::size_t open = wanted.size();
  for (std::size_t axis = 0; axis < wanted.size(); ++axis) {
    Index length = wanted[axis];
    if (length == 0 && !zero_is_length && axis < from.size()) length = from[axis];
    if (length == -1 && open == wanted.size()) {
      open = axis;
      length = 1;
    }
    to.push_back(length);
    known = checked_entries(node, to);
  }
  if (open < wanted.size() && known > 0) to[open] = checked_entries(node, from) / known;
  return {renamed(node, to)};
}

Results same(const OnnxNode& node) {
  return {renamed(node, node.full_shape(0))};
}

}  // namespace

std::map<std::string, RearrangementReader> axis_readers() {
  return {
      {"Flatten", flatten}, {"Identity", same},       {"Reshape", reshape},
      {"Squeeze", squeeze}, {"Transpose", transpose}, {"Unsqueeze", unsqueeze},
  };
}

}  // namespace simplicit
