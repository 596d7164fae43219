#include "layers/onnx_program_writer.hpp"
#include <simplicit/layers/kernel_program.hpp>

namespace simplicit {
namespace {

const std::map<std::string, NodeWriter>& node_writers() {
  static const std::map<std::string, NodeWriter> all = [] {
    std::map<std::string, NodeWriter> writers = function_writers();
    writers.merge(window_writers());
    writers.merge(rearrangement_writers());
    return writers;
  }();
  return all;
}

}  // namespace

std::optional<kernels::Program> kernel_program(const LayeredNetwork& network) {
  const std::optional<kernels::PlaneShape> input = planes_of(network.input_shape);
  if (!input) return std::nullopt;
  const onnx::ModelProto model = parse_model(network.onnx, "the network");
  std::map<std::string, std::size_t> operator_of;  // by the tensor that it writes
  for (std::size_t i = 0; i < network.operators.size(); ++i) operator_of[network.operators[i].output] = i;

  // A node that has no equal among the steps is left out, and so is everything that needs it; the result is a
  // program when the output is still there.
  ProgramWriter program(network, model, *input);
  for (const onnx::NodeProto& node : model.graph().node()) {
    if (node.output_size() < 1) continue;
    const auto weighted = operator_of.find(node.output(0));
    if (weighted != operator_of.end()) {
      program.write_operator(weighted->second);
    } else if (program.is_tensor(node, 0) || program.is_tensor(node, 1)) {
      const auto writer = node_writers().find(node.op_type());
      if (writer != node_writers().end()) writer->second(program, node);
    }
  }
  return program.finish();
}

}  // namespace simplicit
