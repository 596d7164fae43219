#include "export/onnx_graph.hpp"

#include <simplicit/base/error.hpp>
#include <simplicit/base/provenance.hpp>
#include <simplicit/network/onnx_attributes.hpp>
#include <simplicit/system/temporary_output.hpp>

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <fstream>

namespace simplicit {
namespace {

constexpr int ir_version = 7;
constexpr int operator_set = 11;
constexpr double most_bytes = 2147483647;  // of a protobuf message
constexpr double bytes_a_node = 256;       // names and attributes, generously

void require_room(const UnrolledGraph& graph, const std::string& path) {
  double bytes = graph.bytes();
  for (const UnrolledStep& step : graph.steps) {
    bytes += bytes_a_node * static_cast<double>(2 * step.products.size() + step.addends.size() + 2);
  }
  if (bytes <= most_bytes) return;
  throw InputError(
      fmt::format("{}: the dense matrices take {:.1f} GiB, an ONNX file holds at most 2 GiB; "
                  "--format npz writes them sparse",
                  path, bytes / (1U << 30U)));
}

onnx::NodeProto& add_node(onnx::GraphProto& graph, const char* operation, const std::string& output) {
  onnx::NodeProto& node = *graph.add_node();
  node.set_op_type(operation);
  node.set_name(output);
  node.add_output(output);
  return node;
}

void add_block(onnx::GraphProto& graph, const WeightBlock& block, bool is_bias) {
  const auto rows = static_cast<std::int64_t>(block.rows.size());
  const auto columns = static_cast<std::int64_t>(block.columns.size());
  const std::vector<float> values = block.values();
  if (is_bias) {
    add_constant(graph, block.name, values, {rows});
  } else {
    add_constant(graph, block.name, values, {rows, columns});
  }
}

/// Writes one step: its products, their sum, the activation.
class StepWriter {
 public:
  StepWriter(const UnrolledGraph& from, Activation activation, onnx::GraphProto& to)
      : from_(from), activation_(activation), to_(to) {}

  void write(const UnrolledStep& step) {
    const bool activated = step.activated && activation_ != Activation::identity;
    const std::string sum = activated ? "z_" + step.output : step.output;
    write_sum(parts_of(step, sum), sum);
    if (activated) {
      onnx::NodeProto& node = add_node(to_, "", step.output);
      set_activation(node, activation_);
      node.add_input(last_);
    } else if (last_ != step.output) {
      add_node(to_, "Identity", step.output).add_input(last_);
    }
  }

 private:
  // The names of what is added up; the only product of a step is the sum itself.
  std::vector<std::string> parts_of(const UnrolledStep& step, const std::string& sum) {
    std::vector<std::string> parts;
    const bool single = step.products.size() == 1 && step.addends.empty();
    for (const UnrolledStep::Product& product : step.products) {
      parts.push_back(single ? sum : fmt::format("{}_from_{}", step.output, product.input));
      onnx::NodeProto& node = add_node(to_, "Gemm", parts.back());
      node.add_input(product.input);
      node.add_input(from_.blocks[product.weights].name);
      if (step.bias && parts.size() == 1) node.add_input(from_.blocks[*step.bias].name);
      set_integer(node, "transB", 1);
    }
    parts.insert(parts.end(), step.addends.begin(), step.addends.end());
    return parts;
  }

  void write_sum(const std::vector<std::string>& parts, const std::string& sum) {
    last_ = parts.front();
    for (std::size_t k = 1; k < parts.size(); ++k) {
      const std::string name = k + 1 == parts.size() ? sum : fmt::format("{}_{}", sum, k);
      onnx::NodeProto& node = add_node(to_, "Add", name);
      node.add_input(last_);
      node.add_input(parts[k]);
      last_ = name;
    }
  }

  const UnrolledGraph& from_;
  Activation activation_;
  onnx::GraphProto& to_;
  std::string last_;  ///< the tensor that holds the sum so far
};

void declare(onnx::ValueInfoProto& value, const std::string& name, Index batch, Index width) {
  value.set_name(name);
  onnx::TypeProto_Tensor& tensor = *value.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(onnx::TensorProto::FLOAT);
  onnx::TensorShapeProto_Dimension& samples = *tensor.mutable_shape()->add_dim();
  if (batch > 0) {
    samples.set_dim_value(batch);
  } else {
    samples.set_dim_param("batch");
  }
  tensor.mutable_shape()->add_dim()->set_dim_value(width);
}

onnx::ModelProto model_of(const UnrolledGraph& graph, const OnnxDescription& description) {
  onnx::ModelProto model;
  model.set_ir_version(ir_version);
  model.set_producer_name("simplicit");
  model.set_producer_version(version());
  model.set_doc_string(description.text);
  model.add_opset_import()->set_version(operator_set);
  for (const auto& [name, value] : description.properties) {
    onnx::StringStringEntryProto& property = *model.add_metadata_props();
    property.set_key(name);
    property.set_value(value);
  }
  onnx::GraphProto& proto = *model.mutable_graph();
  proto.set_name("implicit_model");
  declare(*proto.add_input(), "u", description.batch, description.inputs);
  declare(*proto.add_output(), "y", description.batch, description.outputs);
  std::vector<bool> is_bias(graph.blocks.size(), false);
  for (const UnrolledStep& step : graph.steps) {
    if (step.bias) is_bias[*step.bias] = true;
  }
  for (std::size_t k = 0; k < graph.blocks.size(); ++k) add_block(proto, graph.blocks[k], is_bias[k]);
  StepWriter writer(graph, description.activation, proto);
  for (const UnrolledStep& step : graph.steps) writer.write(step);
  return model;
}

}  // namespace

void write_onnx(const UnrolledGraph& graph, const OnnxDescription& description, const std::string& path) {
  require_room(graph, path);
  TemporaryOutput output(path);
  const onnx::ModelProto model = model_of(graph, description);
  std::ofstream file(output.temporary_path(), std::ios::binary);
  const bool written = model.SerializeToOstream(&file);
  file.close();
  if (!written || !file) throw SystemError(path + ": cannot be written");
  output.commit();
}

}  // namespace simplicit
