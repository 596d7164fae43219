#include "network/onnx_axes.hpp"
#include "network/onnx_rearrangement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

// Operators that take parts of a tensor, or put parts together; attributes as in the ONNX operator
// specification (onnx.ai/onnx/operators).

namespace simplicit {
namespace {

using Results = std::vector<Rearrangement>;
using Source = Rearrangement::Source;
using Shapes = std::vector<Index>;

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

}  // namespace

std::map<std::string, RearrangementReader> selection_readers() {
  return {
      {"Concat", concat},
      {"Gather", gather},
      {"Slice", slice},
      {"Split", split},
  };
}

}  // namespace simplicit
