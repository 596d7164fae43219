#include "layers/onnx_program_writer.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace simplicit {
namespace {

using kernels::PlaneShape;

/// The window of a pool over planes of this shape, wide enough for the places that the output has.
std::optional<Window> window_of(const onnx::NodeProto& node, const Shape& input, const PlaneShape& in,
                                const PlaneShape& out) {
  const std::size_t axes = input.size() - 1;
  if (axes < 1 || axes > 2) return std::nullopt;
  const auto pair = [&](const char* name, std::size_t part) {
    std::array<Index, 2> values{1, 1};
    if (std::string(name) == "pads") values = {0, 0};
    const std::vector<std::int64_t> list = list_of(node, name);
    for (std::size_t axis = 0; axis < axes && part * axes + axis < list.size(); ++axis) {
      values[2 - axes + axis] = list[part * axes + axis];
    }
    return values;
  };
  if (list_of(node, "kernel_shape").size() != axes) return std::nullopt;
  Window window{pair("kernel_shape", 0), pair("strides", 0), pair("dilations", 0), pair("pads", 0),
                pair("pads", 1)};
  const std::string auto_pad = text_of(node, "auto_pad", "NOTSET");
  const std::array<Index, 2> planes{in.height, in.width};
  const std::array<Index, 2> places{out.height, out.width};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const Index reach =
        (places[axis] - 1) * window.stride[axis] + (window.size[axis] - 1) * window.dilation[axis] + 1;
    const Index beyond = std::max<Index>(reach - planes[axis], 0);
    if (auto_pad == "SAME_UPPER") window.before[axis] = beyond / 2;
    if (auto_pad == "SAME_LOWER") window.before[axis] = (beyond + 1) / 2;
    window.after[axis] = std::max(window.after[axis], reach - planes[axis] - window.before[axis]);
  }
  return window;
}

template <bool maximum>
void add_pool(ProgramWriter& to, const onnx::NodeProto& node) {
  const Shape* input = to.declared(node.input(0));
  const Shape* output = to.declared(node.output(0));
  if (!to.is_tensor(node, 0) || input == nullptr || output == nullptr || output->size() != input->size())
    return;
  const std::optional<PlaneShape> out = planes_of(*output);
  const PlaneShape in = to.shape(to.tensor(node, 0));
  const bool rounds_up = integer_of(node, "ceil_mode", 0) != 0;
  const bool counts = integer_of(node, "count_include_pad", 0) != 0;
  if (!out || (!maximum && rounds_up && counts)) return;
  const std::optional<Window> window = window_of(node, *input, in, *out);
  if (!window) return;
  if (maximum)
    to.write(node, kernels::MaxPool{*window}, {to.tensor(node, 0)}, *out);
  else
    to.write(node, kernels::AveragePool{*window, counts}, {to.tensor(node, 0)}, *out);
}

template <bool maximum>
void add_global_pool(ProgramWriter& to, const onnx::NodeProto& node) {
  const PlaneShape in = to.shape(to.tensor(node, 0));
  const Window window{{in.height, in.width}, {1, 1}, {1, 1}, {0, 0}, {0, 0}};
  const PlaneShape out{in.channels, 1, 1};
  if (maximum)
    to.write(node, kernels::MaxPool{window}, {to.tensor(node, 0)}, out);
  else
    to.write(node, kernels::AveragePool{window, false}, {to.tensor(node, 0)}, out);
}

/// The mean over all places of a plane.
void add_reduce_mean(ProgramWriter& to, const onnx::NodeProto& node) {
  const Shape* input = to.declared(node.input(0));
  if (!to.is_tensor(node, 0) || input == nullptr) return;
  const auto rank = static_cast<std::int64_t>(input->size()) + 1;
  std::set<std::int64_t> axes;
  for (const std::int64_t axis : to.list_or_input(node, "axes", 1))
    axes.insert(axis < 0 ? axis + rank : axis);
  std::set<std::int64_t> places;
  for (std::int64_t axis = 2; axis < rank; ++axis) places.insert(axis);
  if (!places.empty() && axes == places) add_global_pool<false>(to, node);
}

}  // namespace

std::map<std::string, NodeWriter> window_writers() {
  return {
      {"AveragePool", add_pool<false>},         {"GlobalAveragePool", add_global_pool<false>},
      {"GlobalMaxPool", add_global_pool<true>}, {"MaxPool", add_pool<true>},
      {"ReduceMean", add_reduce_mean},
  };
}

}  // namespace simplicit
