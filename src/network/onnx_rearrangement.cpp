#include "network/onnx_rearrangement.hpp"

#include "network/onnx_axes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>

// Operators that move entries about; attributes as in the ONNX operator specification
// (onnx.ai/onnx/operators).

namespace simplicit {
namespace {

using Source = Rearrangement::Source;
using Shapes = std::vector<Index>;

/// Entry by entry, from a function of the output's index.
Rearrangement from_index(const OnnxNode& node, Shapes shape,
                         const std::function<Source(const std::vector<Index>&)>& source) {
  Rearrangement result;
  result.sources.reserve(static_cast<std::size_t>(checked_entries(node, shape)));
  for_each_index(shape, [&](const std::vector<Index>& index) { result.sources.push_back(source(index)); });
  result.shape = std::move(shape);
  return result;
}

/// The same entries in the same order under another shape.
Rearrangement renamed(const OnnxNode& node, Shapes shape) {
  const Index entries = checked_entries(node, node.full_shape(0));
  if (checked_entries(node, shape) != entries) node.fail("asks for a shape that does not hold what it reads");
  Rearrangement result{std::move(shape), {}, 0};
  for (Index entry = 0; entry < entries; ++entry) result.sources.push_back({0, entry});
  return result;
}

using Results = std::vector<Rearrangement>;

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

Results slice(const OnnxNode& node) {
  const Shapes from = node.full_shape(0);
  const bool as_inputs = node.input_count() > 1;
  const std::vector<std::int64_t> starts = as_inputs ? node.integers(1) : node.list("starts", {});
  const std::vector<std::int64_t> ends = as_inputs ? node.integers(2) : node.list("ends", {});
  std::vector<std::int64_t> axes = as_inputs && node.has_input(3) ? node.integers(3) : node.list("axes", {});
  std::vector<std::int64_t> steps;
  if (as_inputs && node.has_input(4)) steps = node.integers(4);
  if (axes.empty()) {
    for (std::size_t i = 0; i < starts.size(); ++i) axes.push_back(static_cast<std::int64_t>(i));
  }
  if (steps.empty()) steps.assign(starts.size(), 1);
  if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size()) {
    node.fail("has starts, ends, axes and steps of different counts");
  }
  Shapes to = from;
  Shapes begin(from.size(), 0);
  Shapes step(from.size(), 1);
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const std::size_t axis = axis_of(node, axes[i], from.size());
    const Index length = from[axis];
    if (steps[i] == 0) node.fail("has a step of 0");
    const bool back = steps[i] < 0;
    const auto inside = [&](std::int64_t at) {
      if (at < 0) at += length;
      return back ? std::clamp<std::int64_t>(at, -1, length - 1) : std::clamp<std::int64_t>(at, 0, length);
    };
    const Index first = inside(starts[i]);
    const Index last = back && ends[i] < -length ? -1 : inside(ends[i]);
    step[axis] = std::clamp<std::int64_t>(steps[i], -length - 1, length + 1);
    begin[axis] = first;
    const Index span = back ? first - last : last - first;
    to[axis] = std::max<Index>(0, (span + std::abs(step[axis]) - 1) / std::abs(step[axis]));
  }
  if (node.is_tensor(0) && to[0] != 1) node.fail("takes some of the samples");
  const Shapes strides = strides_of(from);
  return {from_index(node, to, [&](const auto& index) {
    Index place = 0;
    for (std::size_t axis = 0; axis < index.size(); ++axis)
      place += (begin[axis] + index[axis] * step[axis]) * strides[axis];
    return Source{0, place};
  })};
}

Results gather(const OnnxNode& node) {
  const Shapes from = node.full_shape(0);
  const std::size_t axis = inner_axis_of(node, node.integer("axis", 0), 0);
  const std::vector<std::int64_t> indices = node.integers(1);
  const Shapes chosen = node.full_shape(1);
  for (const std::int64_t index : indices) {
    if (index < -from[axis] || index >= from[axis]) {
      node.fail(fmt::format("asks for entry {} of {}", index, from[axis]));
    }
  }
  Shapes to(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(axis));
  to.insert(to.end(), chosen.begin(), chosen.end());
  to.insert(to.end(), from.begin() + static_cast<std::ptrdiff_t>(axis) + 1, from.end());
  const Shapes strides = strides_of(from);
  const Shapes of_chosen = strides_of(chosen);
  return {from_index(node, to, [&](const auto& index) {
    Index place = 0;
    for (std::size_t i = 0; i < axis; ++i) place += index[i] * strides[i];
    Index which = 0;
    for (std::size_t i = 0; i < chosen.size(); ++i) which += index[axis + i] * of_chosen[i];
    const std::int64_t at = indices[static_cast<std::size_t>(which)];
    place += (at < 0 ? at + from[axis] : at) * strides[axis];
    for (std::size_t i = axis + 1; i < from.size(); ++i) place += index[chosen.size() + i - 1] * strides[i];
    return Source{0, place};
  })};
}

Results concat(const OnnxNode& node) {
  bool data = false;
  for (int i = 0; i < node.input_count(); ++i) data = data || node.is_tensor(i);
  Shapes to = node.full_shape(0);
  const std::size_t axis = axis_of(node, node.integer("axis", 0), to.size());
  if (data && axis == 0) node.fail("works across the samples");
  std::vector<Index> ends;
  Index end = 0;
  for (int i = 0; i < node.input_count(); ++i) {
    Shapes shape = node.full_shape(i);
    if (shape.size() != to.size()) node.fail("joins tensors of different counts of axes");
    end += shape[axis];
    ends.push_back(end);
    shape[axis] = to[axis];
    if (shape != to) node.fail("joins tensors of shapes " + shape_text(shape) + " and " + shape_text(to));
  }
  to[axis] = end;
  std::vector<Shapes> strides;
  for (int i = 0; i < node.input_count(); ++i) strides.push_back(strides_of(node.full_shape(i)));
  return {from_index(node, to, [&](const std::vector<Index>& index) {
    const auto input =
        static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), index[axis]) - ends.begin());
    const Index before = input == 0 ? 0 : ends[input - 1];
    return Source{static_cast<int>(input), place_of(index, strides[input]) - before * strides[input][axis]};
  })};
}

Results split(const OnnxNode& node) {
  const Shapes from = node.full_shape(0);
  const std::size_t axis = inner_axis_of(node, node.integer("axis", 0), 0);
  std::vector<std::int64_t> lengths = node.has_input(1) ? node.integers(1) : node.list("split", {});
  const Index parts = node.output_count();
  if (lengths.empty()) {
    const Index length = (from[axis] + parts - 1) / parts;
    for (Index part = 0; part < parts; ++part) {
      lengths.push_back(std::clamp<Index>(from[axis] - part * length, 0, length));
    }
  }
  if (std::ssize(lengths) != parts ||
      std::any_of(lengths.begin(), lengths.end(), [](std::int64_t length) { return length < 0; }) ||
      std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0}) != from[axis]) {
    node.fail(fmt::format("splits {} entries into parts of {}", from[axis], fmt::join(lengths, ", ")));
  }
  Results results;
  const Shapes strides = strides_of(from);
  Index before = 0;
  for (const std::int64_t length : lengths) {
    Shapes to = from;
    to[axis] = length;
    results.push_back(from_index(node, to, [&](const auto& index) {
      return Source{0, place_of(index, strides) + before * strides[axis]};
    }));
    before += length;
  }
  return results;
}

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

Results same(const OnnxNode& node) {
  return {renamed(node, node.full_shape(0))};
}

const std::map<std::string, std::function<Results(const OnnxNode&)>>& all() {
  static const std::map<std::string, std::function<Results(const OnnxNode&)>> operators{
      {"Concat", concat},
      {"DepthToSpace", [](const OnnxNode& node) { return blocks(node, true); }},
      {"Expand", expand},
      {"Flatten", flatten},
      {"Gather", gather},
      {"Identity", same},
      {"Pad", pad},
      {"Reshape", reshape},
      {"Slice", slice},
      {"SpaceToDepth", [](const OnnxNode& node) { return blocks(node, false); }},
      {"Split", split},
      {"Squeeze", squeeze},
      {"Tile", tile},
      {"Transpose", transpose},
      {"Unsqueeze", unsqueeze},
  };
  return operators;
}

}  // namespace

bool is_rearrangement(const std::string& type) {
  return all().contains(type);
}

std::vector<Rearrangement> rearrangements_of(const OnnxNode& node) {
  return all().at(node.type())(node);
}

}  // namespace simplicit
