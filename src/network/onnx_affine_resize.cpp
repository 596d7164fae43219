#include "network/onnx_affine_builder.hpp"

#include <algorithm>
#include <cmath>

// Resize and Upsample, by the nearest entry or linearly; attributes as in the ONNX operator specification
// (onnx.ai/onnx/operators).

namespace simplicit {
namespace {

using Shapes = std::vector<Index>;

/// From where along one axis an output place takes its value.
struct Reading {
  Index first = 0, second = 0;
  double share = 0;  ///< of the second
};

struct ResizeRule {
  std::string coordinates;
  std::string nearest;
  bool linear = false;
};

Reading reading(const ResizeRule& rule, Index at, Index from, Index to, double scale) {
  const auto x = static_cast<double>(at);
  double source = (x + 0.5) / scale - 0.5;
  if (rule.coordinates == "asymmetric") source = x / scale;
  if (rule.coordinates == "align_corners")
    source = to > 1 ? x * static_cast<double>(from - 1) / static_cast<double>(to - 1) : 0;
  if (rule.coordinates == "pytorch_half_pixel" && to == 1) source = 0;
  const auto inside = [&](double place) { return std::clamp<Index>(static_cast<Index>(place), 0, from - 1); };
  if (rule.linear) {
    const double low = std::floor(std::clamp(source, 0.0, static_cast<double>(from - 1)));
    const double share = std::clamp(source, 0.0, static_cast<double>(from - 1)) - low;
    return {inside(low), inside(low + 1), share};
  }
  double nearest = std::ceil(source - 0.5);  // round_prefer_floor
  if (rule.nearest == "floor") nearest = std::floor(source);
  if (rule.nearest == "ceil") nearest = std::ceil(source);
  if (rule.nearest == "round_prefer_ceil") nearest = std::floor(source + 0.5);
  return {inside(nearest), inside(nearest), 0};
}

}  // namespace

AffineMap resize(const OnnxNode& node) {
  const Shapes from = node.full_shape(0);
  const bool upsample = node.type() == "Upsample";
  ResizeRule rule;
  rule.coordinates = node.text("coordinate_transformation_mode", upsample ? "asymmetric" : "half_pixel");
  rule.nearest = node.text("nearest_mode", upsample ? "floor" : "round_prefer_floor");
  const std::string mode = node.text("mode", "nearest");
  rule.linear = mode == "linear" || mode == "bilinear";
  if (mode != "nearest" && !rule.linear)
    node.fail("resizes in the mode '" + mode + "'; nearest and linear are read");
  const bool known = rule.coordinates == "half_pixel" || rule.coordinates == "asymmetric" ||
                     rule.coordinates == "align_corners" || rule.coordinates == "pytorch_half_pixel";
  if (!known) node.fail("has the coordinates '" + rule.coordinates + "', which are not read");
  if (node.integer("antialias", 0) != 0) node.fail("has antialias=1");
  const int scales_at = upsample || node.input_count() == 2 ? 1 : 2;
  std::vector<double> scales;
  Shapes to = from;
  if (node.has_input(scales_at) && !node.numbers(scales_at).values.empty()) {
    scales = node.floats(scales_at).values;
  } else if (node.has_input(3)) {
    const std::vector<std::int64_t> sizes = node.integers(3);
    for (std::size_t axis = 0; axis < sizes.size() && axis < from.size(); ++axis) {
      to[axis] = axis == 0 && is_samples(sizes[axis]) ? from[axis] : sizes[axis];
      scales.push_back(static_cast<double>(to[axis]) / static_cast<double>(from[axis]));
    }
  } else {
    node.fail("has neither scales nor sizes");
  }
  if (scales.size() != from.size() || scales[0] != 1) node.fail("resizes other axes than those of a sample");
  const bool by_sizes = to != from;
  for (std::size_t axis = 0; axis < from.size(); ++axis) {
    if (!(scales[axis] > 0) || scales[axis] > 1e6) node.fail(fmt::format("has the scale {}", scales[axis]));
    if (!by_sizes) to[axis] = static_cast<Index>(std::floor(static_cast<double>(from[axis]) * scales[axis]));
    if (to[axis] < 1) node.fail("has an output without entries");
  }
  const Shapes strides = strides_of(from);
  AffineBuilder builder(node, to);
  Index row = 0;
  for_each_index(to, [&](const std::vector<Index>& index) {
    std::vector<std::pair<Index, double>> parts{{0, 1.0}};
    for (std::size_t axis = 0; axis < index.size(); ++axis) {
      if (to[axis] == from[axis] && scales[axis] == 1) {
        for (auto& part : parts) part.first += index[axis] * strides[axis];
        continue;
      }
      const Reading at = reading(rule, index[axis], from[axis], to[axis], scales[axis]);
      const std::size_t count = parts.size();
      for (std::size_t k = 0; k < count; ++k) {
        if (at.share > 0) {
          parts.emplace_back(parts[k].first + at.second * strides[axis], parts[k].second * at.share);
        }
        parts[k].first += at.first * strides[axis];
        parts[k].second *= 1 - at.share;
      }
    }
    for (const auto& [place, factor] : parts) builder.add(row, 0, place, factor);
    ++row;
  });
  return builder.take();
}

}  // namespace simplicit
