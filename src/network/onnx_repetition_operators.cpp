#include "network/onnx_axes.hpp"
#include "network/onnx_rearrangement.hpp"

#include <algorithm>
#include <numeric>

// Operators that repeat, pad, or move blocks between planes and channels; attributes as in the ONNX operator
// specification (onnx.ai/onnx/operators).

namespace simplicit {
namespace {

using Results = std::vector<Rearrangement>;
using Source = Rearrangement::Source;
using Shapes = std::vector<Index>;

Results expand(const OnnxNode& node) {
  const Shapes from = node.full_shape(0);
  std::vector<std::int64_t> wanted = node.integers(1);
  Shapes lengths(wanted.begin(), wanted.end());
  if (node.is_tensor(0) && lengths.size() >= from.size() && is_samples(lengths[lengths.size() - from.size()]))
    lengths[lengths.size() - from.size()] = 1;
  const Shapes to = broadcast_shape(node, {from, lengths});
  if (node.is_tensor(0) && (to.size() != from.size() || to[0] != 1)) node.fail("repeats the samples");
  const Shapes strides = broadcast_strides(from, to);
  return {from_index(node, to, [&](const auto& index) { return Source{0, place_of(index, strides)}; })};
}

Results tile(const OnnxNode& node) {
  const Shapes from = node.full_shape(0);
  const std::vector<std::int64_t> repeats = node.integers(1);
  if (repeats.size() != from.size()) node.fail("repeats another count of axes than it reads");
  if (node.is_tensor(0) && repeats[0] != 1) node.fail("repeats the samples");
  Shapes to = from;
  for (std::size_t axis = 0; axis < to.size(); ++axis) {
    if (repeats[axis] < 0 || repeats[axis] > (Index{1} << 26))
      node.fail("repeats an impossible number of times");
    to[axis] *= repeats[axis];
  }
  const Shapes strides = strides_of(from);
  return {from_index(node, to, [&](const auto& index) {
    Index place = 0;
    for (std::size_t axis = 0; axis < index.size(); ++axis) place += index[axis] % from[axis] * strides[axis];
    return Source{0, place};
  })};
}

/// Where the entry `at` of an axis of this length comes from when it lies outside; -1 for nowhere.
Index padded_from(const std::string& mode, Index at, Index length) {
  if (at >= 0 && at < length) return at;
  if (mode == "constant" || length == 0) return -1;
  if (mode == "edge") return at < 0 ? 0 : length - 1;
  if (mode == "wrap") return (at % length + length) % length;
  if (length == 1) return 0;
  const Index period = 2 * (length - 1);  // reflect
  const Index inside = (at % period + period) % period;
  return inside < length ? inside : period - inside;
}

Results pad(const OnnxNode& node) {
  const Shapes from = node.full_shape(0);
  const std::string mode = node.text("mode", "constant");
  if (mode != "constant" && mode != "edge" && mode != "reflect" && mode != "wrap")
    node.fail("has the unknown mode '" + mode + "'");
  const std::vector<std::int64_t> pads = node.has_input(1) ? node.integers(1) : node.list("pads", {});
  std::vector<std::int64_t> axes;
  if (node.has_input(3)) axes = node.integers(3);
  if (axes.empty()) {
    for (std::size_t axis = 0; axis < from.size(); ++axis) axes.push_back(static_cast<std::int64_t>(axis));
  }
  if (pads.size() != 2 * axes.size()) node.fail(fmt::format("has {} numbers in 'pads'", pads.size()));
  Shapes to = from;
  Shapes before(from.size(), 0);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::size_t axis = axis_of(node, axes[i], from.size());
    for (const std::int64_t side : {pads[i], pads[i + axes.size()]}) {
      if (std::abs(side) > (Index{1} << 20)) node.fail(fmt::format("has {} in 'pads'", side));
    }
    if (node.is_tensor(0) && axis == 0 && (pads[i] != 0 || pads[i + axes.size()] != 0))
      node.fail("works across the samples");
    before[axis] = pads[i];
    to[axis] = std::max<Index>(0, from[axis] + pads[i] + pads[i + axes.size()]);
  }
  const Shapes strides = strides_of(from);
  Rearrangement result = from_index(node, to, [&](const auto& index) {
    Index place = 0;
    for (std::size_t axis = 0; axis < index.size(); ++axis) {
      const Index at = padded_from(mode, index[axis] - before[axis], from[axis]);
      if (at < 0) return Source{};
      place += at * strides[axis];
    }
    return Source{0, place};
  });
  result.fill = node.real("value", 0);
  if (node.has_input(2)) result.fill = node.floats(2).values[0];
  return {std::move(result)};
}

/// Between blocks of a plane and channels (both ways): rows of `to` by the index in `from`.
Results blocks(const OnnxNode& node, bool to_space) {
  const Shapes from = node.full_shape(0);
  const Index size = node.integer("blocksize", 0);
  if (from.size() != 4 || size < 1 || size > (Index{1} << 12)) node.fail("needs planes and a block size");
  const Index area = size * size;
  const bool fits = to_space ? from[1] % area == 0 : from[2] % size == 0 && from[3] % size == 0;
  if (!fits) node.fail("has blocks that do not divide what it reads");
  const bool depth_first = !to_space || node.text("mode", "DCR") == "DCR";
  const Shapes strides = strides_of(from);
  const Shapes to = to_space ? Shapes{from[0], from[1] / area, from[2] * size, from[3] * size}
                             : Shapes{from[0], from[1] * area, from[2] / size, from[3] / size};
  return {from_index(node, to, [&](const std::vector<Index>& index) {
    Index channel = 0, row = 0, column = 0;
    if (to_space) {
      const Index block = index[2] % size * size + index[3] % size;
      channel = depth_first ? block * to[1] + index[1] : index[1] * area + block;
      row = index[2] / size;
      column = index[3] / size;
    } else {
      const Index block = index[1] / from[1];
      channel = index[1] % from[1];
      row = index[2] * size + block / size;
      column = index[3] * size + block % size;
    }
    return Source{0, index[0] * strides[0] + channel * strides[1] + row * strides[2] + column * strides[3]};
  })};
}

}  // namespace

std::map<std::string, RearrangementReader> repetition_readers() {
  return {
      {"DepthToSpace", [](const OnnxNode& node) { return blocks(node, true); }},
      {"Expand", expand},
      {"Pad", pad},
      {"SpaceToDepth", [](const OnnxNode& node) { return blocks(node, false); }},
      {"Tile", tile},
  };
}

}  // namespace simplicit
