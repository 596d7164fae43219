#include "network/onnx_affine_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

// Affine operators that slide a window over any number of axes: AveragePool, Conv, ConvTranspose.
// Attributes as in the ONNX operator specification (onnx.ai/onnx/operators).

namespace simplicit {
namespace {

using Shapes = std::vector<Index>;

constexpr Index largest_affine_extent = Index{1} << 20;

/// How a window slides over the axes after samples and channels.
struct Slide {
  Shapes size, stride, dilation, before, after, extent, windows;
};

Shapes checked_list(const OnnxNode& node, const std::string& name, std::size_t count, Index otherwise,
                    Index least) {
  const std::vector<std::int64_t> values = node.list(name, std::vector<std::int64_t>(count, otherwise));
  if (values.size() != count)
    node.fail(fmt::format("has {} numbers in '{}', {} are expected", values.size(), name, count));
  for (const std::int64_t value : values) {
    if (value < least || value > largest_affine_extent)
      node.fail(
          fmt::format("has {} in '{}', {} to {} are expected", value, name, least, largest_affine_extent));
  }
  return {values.begin(), values.end()};
}

Index reach(const Slide& slide, std::size_t axis) {
  return slide.dilation[axis] * (slide.size[axis] - 1) + 1;
}

/// Size, strides, dilations and padding over `from` (samples, channels, ...).
Slide slide_over(const OnnxNode& node, const Shapes& from, const Shapes& size) {
  const std::size_t axes = from.size() - 2;
  Slide slide;
  slide.size = size;
  slide.extent.assign(from.begin() + 2, from.end());
  slide.stride = checked_list(node, "strides", axes, 1, 1);
  slide.dilation = checked_list(node, "dilations", axes, 1, 1);
  const Shapes pads = checked_list(node, "pads", 2 * axes, 0, 0);
  slide.before.assign(pads.begin(), pads.begin() + static_cast<std::ptrdiff_t>(axes));
  slide.after.assign(pads.begin() + static_cast<std::ptrdiff_t>(axes), pads.end());
  const std::string automatic = node.text("auto_pad", "NOTSET");
  for (std::size_t axis = 0; axis < axes; ++axis) {
    if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
      const Index windows = (slide.extent[axis] + slide.stride[axis] - 1) / slide.stride[axis];
      const Index total =
          std::max<Index>(0, (windows - 1) * slide.stride[axis] + reach(slide, axis) - slide.extent[axis]);
      slide.before[axis] = automatic == "SAME_UPPER" ? total / 2 : total - total / 2;
      slide.after[axis] = total - slide.before[axis];
    } else if (automatic == "VALID") {
      slide.before[axis] = slide.after[axis] = 0;
    } else if (automatic != "NOTSET") {
      node.fail("has the unknown auto_pad '" + automatic + "'");
    }
  }
  return slide;
}

/// How many windows fit along each axis; with `overhang` one more where it begins inside.
void count_windows(const OnnxNode& node, bool overhang, Slide& slide) {
  for (std::size_t axis = 0; axis < slide.size.size(); ++axis) {
    const Index room = slide.extent[axis] + slide.before[axis] + slide.after[axis] - reach(slide, axis);
    if (room < 0) node.fail("has a window larger than what it slides over");
    Index windows = room / slide.stride[axis] + 1;
    const bool begins_inside = windows * slide.stride[axis] < slide.extent[axis] + slide.before[axis];
    if (overhang && room % slide.stride[axis] != 0 && begins_inside) ++windows;
    slide.windows.push_back(windows);
  }
}

/// Calls visit(place in the window, place in the plane) for the places of one window that lie inside.
template <class Visit>
void for_window(const Slide& slide, const std::vector<Index>& window, const Visit& visit) {
  const Shapes strides = strides_of(slide.extent);
  const Shapes in_window = strides_of(slide.size);
  for_each_index(slide.size, [&](const std::vector<Index>& tap) {
    Index place = 0;
    for (std::size_t axis = 0; axis < tap.size(); ++axis) {
      const Index at =
          window[axis] * slide.stride[axis] + tap[axis] * slide.dilation[axis] - slide.before[axis];
      if (at < 0 || at >= slide.extent[axis]) return;
      place += at * strides[axis];
    }
    visit(place_of(tap, in_window), place);
  });
}

Shapes with_channels(Index channels, const Shapes& extents) {
  Shapes shape{1, channels};
  shape.insert(shape.end(), extents.begin(), extents.end());
  return shape;
}

Index product(const Shapes& shape) {
  Index entries = 1;
  for (const Index length : shape) entries *= length;
  return entries;
}

struct Kernel {
  const std::vector<double>* weights = nullptr;
  Shapes shape;
  Index groups = 1;
  std::vector<float> bias;
};

Kernel kernel_of(const OnnxNode& node, const Shapes& from) {
  node.require_inputs(2, 3);
  Kernel kernel;
  kernel.weights = &node.floats(1).values;
  kernel.shape = node.full_shape(1);
  kernel.groups = node.integer("group", 1);
  if (from.size() < 3 || kernel.shape.size() != from.size()) {
    node.fail("has weights of shape " + shape_text(kernel.shape) + " for a tensor of shape " +
              shape_text(from));
  }
  const bool divides = kernel.groups >= 1 && kernel.groups <= from[1] && from[1] % kernel.groups == 0;
  if (!divides) node.fail(fmt::format("has {} groups of {} channels", kernel.groups, from[1]));
  return kernel;
}

void add_bias(const OnnxNode& node, Index channels, Index positions, AffineBuilder& builder) {
  const std::vector<float> bias = node.one_a_channel(2, channels, "biases");
  for (std::size_t channel = 0; channel < bias.size(); ++channel) {
    for (Index position = 0; position < positions; ++position)
      builder.shift(static_cast<Index>(channel) * positions + position, bias[channel]);
  }
  builder.count(0, std::ssize(bias));
}

}  // namespace

AffineMap average_pool(const OnnxNode& node) {
  node.require_inputs(1, 1);
  const Shapes from = node.full_shape(0);
  if (from.size() < 3) node.fail("reads a tensor without planes");
  const std::size_t axes = from.size() - 2;
  if (!node.has_attribute("kernel_shape")) node.fail("lacks its kernel_shape");
  Slide slide = slide_over(node, from, checked_list(node, "kernel_shape", axes, 1, 1));
  const bool counts_padding = node.integer("count_include_pad", 0) != 0;
  count_windows(node, node.integer("ceil_mode", 0) != 0, slide);
  AffineBuilder builder(node, with_channels(from[1], slide.windows));
  const Index plane = product(slide.extent);
  Index row = 0;
  for (Index channel = 0; channel < from[1]; ++channel) {
    for_each_index(slide.windows, [&](const std::vector<Index>& window) {
      std::vector<Index> places;
      for_window(slide, window, [&](Index, Index place) { places.push_back(place); });
      double area = static_cast<double>(places.size());
      if (counts_padding) {  // a window that hangs over the padding counts what lies on it
        area = 1;
        for (std::size_t axis = 0; axis < axes; ++axis) {
          const Index begin = window[axis] * slide.stride[axis];
          const Index end = slide.extent[axis] + slide.before[axis] + slide.after[axis];
          const Index fit = begin >= end ? 0 : (end - begin - 1) / slide.dilation[axis] + 1;
          area *= static_cast<double>(std::min(slide.size[axis], fit));
        }
      }
      for (const Index place : places) builder.add(row, 0, channel * plane + place, 1 / area);
      ++row;
    });
  }
  return builder.take();
}

AffineMap convolution(const OnnxNode& node) {
  const Shapes from = node.full_shape(0);
  const Kernel kernel = kernel_of(node, from);
  const Shapes size(kernel.shape.begin() + 2, kernel.shape.end());
  Slide slide = slide_over(node, from, size);
  count_windows(node, false, slide);
  const Index channels = kernel.shape[0];
  const Index inner = from[1] / kernel.groups;
  if (kernel.shape[1] != inner || channels % kernel.groups != 0) {
    node.fail(fmt::format("has weights of shape {} in {} groups, which do not fit {} channels",
                          shape_text(kernel.shape), kernel.groups, from[1]));
  }
  AffineBuilder builder(node, with_channels(channels, slide.windows));
  const Index plane = product(slide.extent);
  const Index taps = product(size);
  Index row = 0;
  for (Index out = 0; out < channels; ++out) {
    const Index first = out / (channels / kernel.groups) * inner;
    for_each_index(slide.windows, [&](const std::vector<Index>& window) {
      for_window(slide, window, [&](Index tap, Index place) {
        for (Index in = 0; in < inner; ++in) {
          const double weight = (*kernel.weights)[static_cast<std::size_t>((out * inner + in) * taps + tap)];
          builder.add(row, 0, (first + in) * plane + place, weight);
        }
      });
      ++row;
    });
  }
  builder.count(std::ssize(*kernel.weights), 0);
  add_bias(node, channels, product(slide.windows), builder);
  return builder.take();
}

AffineMap convolution_back(const OnnxNode& node) {
  const Shapes from = node.full_shape(0);
  const Kernel kernel = kernel_of(node, from);
  const std::size_t axes = from.size() - 2;
  const Shapes size(kernel.shape.begin() + 2, kernel.shape.end());
  Slide slide = slide_over(node, from, size);
  const Shapes extra = checked_list(node, "output_padding", axes, 0, 0);
  const std::string automatic = node.text("auto_pad", "NOTSET");
  Shapes to;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const Index all = slide.stride[axis] * (from[axis + 2] - 1) + extra[axis] + reach(slide, axis);
    Index length = all - slide.before[axis] - slide.after[axis];
    const bool same = automatic == "SAME_UPPER" || automatic == "SAME_LOWER";
    const std::vector<std::int64_t> wanted = node.list("output_shape", {});
    if (same) length = from[axis + 2] * slide.stride[axis];
    if (!wanted.empty()) length = wanted.at(wanted.size() - axes + axis);
    if (same || !wanted.empty()) {
      const Index total = std::max<Index>(0, all - length);
      slide.before[axis] = automatic == "SAME_LOWER" ? total - total / 2 : total / 2;
      if (automatic == "NOTSET") slide.before[axis] = total - total / 2;
    }
    if (length < 1 || length > largest_affine_extent) node.fail("has an output without entries");
    to.push_back(length);
  }
  if (kernel.shape[0] != from[1]) {
    node.fail(fmt::format("has weights of shape {}, which do not fit {} channels", shape_text(kernel.shape),
                          from[1]));
  }
  const Index outer = kernel.shape[1];
  const Index inner = from[1] / kernel.groups;
  AffineBuilder builder(node, with_channels(outer * kernel.groups, to));
  const Index plane = product(slide.extent);
  const Index out_plane = product(to);
  const Index taps = product(size);
  // What lies at `window` of the input goes to the places that a convolution's window there would read.
  slide.extent = to;
  for (Index in = 0; in < from[1]; ++in) {
    Index place_in = 0;
    for_each_index(Shapes(from.begin() + 2, from.end()), [&](const std::vector<Index>& window) {
      for_window(slide, window, [&](Index tap, Index place) {
        for (Index out = 0; out < outer; ++out) {
          const double weight = (*kernel.weights)[static_cast<std::size_t>((in * outer + out) * taps + tap)];
          builder.add((in / inner * outer + out) * out_plane + place, 0, in * plane + place_in, weight);
        }
      });
      ++place_in;
    });
  }
  builder.count(std::ssize(*kernel.weights), 0);
  add_bias(node, outer * kernel.groups, out_plane, builder);
  return builder.take();
}

}  // namespace simplicit
