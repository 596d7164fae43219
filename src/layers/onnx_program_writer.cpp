#include "layers/onnx_program_writer.hpp"

#include <stdexcept>

namespace simplicit {

using kernels::PlaneShape;
using kernels::Pointwise;

std::optional<PlaneShape> planes_of(const Shape& shape) {
  if (shape.size() == 1) return PlaneShape{shape[0], 1, 1};
  if (shape.size() == 2) return PlaneShape{shape[0], 1, shape[1]};
  if (shape.size() == 3) return PlaneShape{shape[0], shape[1], shape[2]};
  return std::nullopt;
}

ProgramWriter::ProgramWriter(const LayeredNetwork& network, const onnx::ModelProto& model,
                             const PlaneShape& input)
    : network_(network), constants_(initializers_of(model)) {
  for (const auto& set : model.opset_import()) {
    if (set.domain().empty() || set.domain() == "ai.onnx") operator_set_ = set.version();
  }
  program_.tensors.push_back(input);
  tensors_[network.input] = 0;
}

bool ProgramWriter::is_tensor(const onnx::NodeProto& node, int i) const {
  return i < node.input_size() && tensors_.contains(node.input(i));
}

std::size_t ProgramWriter::tensor(const onnx::NodeProto& node, int i) const {
  return tensors_.at(node.input(i));
}

const Shape* ProgramWriter::declared(const std::string& name) const {
  const auto found = network_.shapes.find(name);
  return found == network_.shapes.end() ? nullptr : &found->second;
}

std::optional<Numbers> ProgramWriter::constant(const onnx::NodeProto& node, int i) const {
  if (i >= node.input_size()) return std::nullopt;
  const auto found = constants_.find(node.input(i));
  if (found == constants_.end()) return std::nullopt;
  return numbers_of(*found->second, "the network");
}

std::optional<std::vector<std::int64_t>> ProgramWriter::integers(const onnx::NodeProto& node, int i) const {
  if (i >= node.input_size()) return std::nullopt;
  const auto found = constants_.find(node.input(i));
  if (found == constants_.end()) return std::nullopt;
  return integers_of(*found->second);
}

std::vector<std::int64_t> ProgramWriter::list_or_input(const onnx::NodeProto& node, const std::string& name,
                                                       int input) const {
  std::vector<std::int64_t> list = list_of(node, name);
  if (list.empty()) list = integers(node, input).value_or(list);
  return list;
}

std::size_t ProgramWriter::new_tensor(const PlaneShape& shape) {
  program_.tensors.push_back(shape);
  return program_.tensors.size() - 1;
}

std::size_t ProgramWriter::step(kernels::Operation operation, std::vector<std::size_t> inputs,
                                const PlaneShape& output) {
  const std::size_t written = new_tensor(output);
  program_.steps.push_back({std::move(operation), std::move(inputs), written});
  return written;
}

std::size_t ProgramWriter::with_shape(std::size_t from, const PlaneShape& wanted) {
  return shape(from) == wanted ? from : step(kernels::Reshape{}, {from}, wanted);
}

void ProgramWriter::write(const onnx::NodeProto& node, kernels::Operation operation,
                          std::vector<std::size_t> inputs, const PlaneShape& output) {
  tensors_[node.output(0)] = step(std::move(operation), std::move(inputs), output);
}

void ProgramWriter::pointwise(const onnx::NodeProto& node, Pointwise::Kind kind, double a, double b) {
  write(node, Pointwise{kind, a, b}, {tensor(node, 0)}, shape(tensor(node, 0)));
}

void ProgramWriter::write_operator(std::size_t i) {
  const WeightedOperator& op = network_.operators[i];
  const auto from = tensors_.find(op.input);
  if (from == tensors_.end() || (op.dense && op.positions() != 1)) return;
  const Shape* output = declared(op.output);
  const std::optional<PlaneShape> planes = output == nullptr ? std::nullopt : planes_of(*output);
  if (!planes) return;
  kernels::SparseConvolution layer;
  layer.window = op.window;
  layer.groups = op.groups;
  layer.W = network_.weights[i].W;
  const Vector& bias = network_.weights[i].bias;
  layer.bias.assign(bias.begin(), bias.end());
  const std::size_t input = with_shape(from->second, {op.in_channels, op.height, op.width});
  tensors_[op.output] =
      with_shape(step(std::move(layer), {input}, {op.channels, op.out_height, op.out_width}), *planes);
}

std::optional<kernels::Program> ProgramWriter::finish() {
  const auto output = tensors_.find(network_.output);
  if (output == tensors_.end()) return std::nullopt;
  program_.output = output->second;
  leave_out_unused();
  try {
    require_shapes(program_);
  } catch (const std::invalid_argument&) {
    return std::nullopt;
  }
  return std::move(program_);
}

void ProgramWriter::leave_out_unused() {
  std::vector<bool> needed(program_.tensors.size(), false);
  needed[program_.output] = true;
  std::vector<kernels::Step> kept;
  for (auto step = program_.steps.rbegin(); step != program_.steps.rend(); ++step) {
    if (!needed[step->output]) continue;
    for (const std::size_t input : step->inputs) needed[input] = true;
    kept.push_back(std::move(*step));
  }
  program_.steps.assign(std::make_move_iterator(kept.rbegin()), std::make_move_iterator(kept.rend()));
}

}  // namespace simplicit
