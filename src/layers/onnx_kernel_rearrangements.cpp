#include "layers/onnx_program_writer.hpp"

namespace simplicit {
namespace {

using kernels::PlaneShape;

void add_pad(ProgramWriter& to, const onnx::NodeProto& node) {
  const std::vector<std::int64_t> pads = to.list_or_input(node, "pads", 1);
  const Shape* input = to.declared(node.input(0));
  if (!to.is_tensor(node, 0) || input == nullptr || text_of(node, "mode", "constant") != "constant") return;
  const std::optional<Numbers> value = to.constant(node, 2);
  if (real_of(node, "value", 0) != 0 || (value && value->values != std::vector<double>{0})) return;
  const std::size_t rank = input->size() + 1;
  if (pads.size() != 2 * rank || rank < 3) return;
  kernels::ZeroPad pad;
  const std::size_t axes = rank - 2;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    pad.before[2 - axes + axis] = pads[2 + axis];
    pad.after[2 - axes + axis] = pads[rank + 2 + axis];
  }
  if (pads[0] != 0 || pads[1] != 0 || pads[rank] != 0 || pads[rank + 1] != 0) return;
  const PlaneShape in = to.shape(to.tensor(node, 0));
  to.write(node, pad, {to.tensor(node, 0)},
           {in.channels, in.height + pad.before[0] + pad.after[0], in.width + pad.before[1] + pad.after[1]});
}

void add_reshape(ProgramWriter& to, const onnx::NodeProto& node) {
  const Shape* output = to.declared(node.output(0));
  const std::optional<PlaneShape> out = output == nullptr ? std::nullopt : planes_of(*output);
  if (!to.is_tensor(node, 0) || !out || out->entries() != to.shape(to.tensor(node, 0)).entries()) return;
  to.write(node, kernels::Reshape{}, {to.tensor(node, 0)}, *out);
}

void add_concatenation(ProgramWriter& to, const onnx::NodeProto& node) {
  const Shape* output = to.declared(node.output(0));
  if (output == nullptr) return;
  const std::int64_t axis = integer_of(node, "axis", 1);
  const auto rank = static_cast<std::int64_t>(output->size()) + 1;
  if ((axis < 0 ? axis + rank : axis) != 1) return;
  std::vector<std::size_t> parts;
  PlaneShape joined{0, 1, 1};
  for (int i = 0; i < node.input_size(); ++i) {
    if (!to.is_tensor(node, i)) return;
    parts.push_back(to.tensor(node, i));
    joined = {joined.channels + to.shape(parts.back()).channels, to.shape(parts.back()).height,
              to.shape(parts.back()).width};
  }
  to.write(node, kernels::Concatenate{}, parts, joined);
}

template <bool logarithm>
void add_softmax(ProgramWriter& to, const onnx::NodeProto& node) {
  const Shape* input = to.declared(node.input(0));
  if (!to.is_tensor(node, 0) || input == nullptr) return;
  const auto rank = static_cast<std::int64_t>(input->size()) + 1;
  constexpr std::int64_t along_one_axis_since = 13;
  const bool along_one_axis = to.operator_set() >= along_one_axis_since;
  const std::int64_t axis = integer_of(node, "axis", along_one_axis ? -1 : 1);
  const bool over_channels = (axis < 0 ? axis + rank : axis) == 1;
  const PlaneShape in = to.shape(to.tensor(node, 0));
  if (!over_channels || (!along_one_axis && in.height * in.width != 1)) return;
  to.write(node, kernels::Softmax{logarithm}, {to.tensor(node, 0)}, in);
}

}  // namespace

std::map<std::string, NodeWriter> rearrangement_writers() {
  return {
      {"Concat", add_concatenation},     {"Flatten", add_reshape},
      {"LogSoftmax", add_softmax<true>}, {"Pad", add_pad},
      {"Reshape", add_reshape},          {"Softmax", add_softmax<false>},
      {"Squeeze", add_reshape},          {"Unsqueeze", add_reshape},
  };
}

}  // namespace simplicit
