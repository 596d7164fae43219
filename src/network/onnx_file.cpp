#include "network/onnx_axes.hpp"
#include "network/onnx_folding.hpp"
#include "network/onnx_needed_nodes.hpp"
#include "network/onnx_operators.hpp"
#include "network/onnx_refusals.hpp"
#include "network/propagate.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/network/network.hpp>
#include <simplicit/network/onnx_file.hpp>

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

namespace simplicit {
namespace {

constexpr std::int64_t oldest_operators = 7;
constexpr std::int64_t newest_operators = 24;

/// Of a file of so many bytes: constants for shapes and positions, and some passes over all that it stores.
EntryRoom entry_room(std::size_t bytes) {
  constexpr Index always = Index{1} << 22;
  constexpr Index passes = 16;
  return {always + passes * static_cast<Index>(bytes), Index{1} << 23};
}

/// Builds the network of one ONNX graph, node by node. Nodes that cannot be read are collected and refused
/// together.
class GraphReader {
 public:
  GraphReader(const onnx::GraphProto& graph, std::size_t bytes, std::string path)
      : graph_(graph), path_(std::move(path)), room_(entry_room(bytes)) {}

  Network read() {
    if (graph_.sparse_initializer_size() > 0) fail("has sparse initializers, which are not supported");
    if (graph_.output_size() < 1) fail("has no output");
    output_ = graph_.output(0).name();
    for (int i = 1; i < graph_.output_size(); ++i) network_.other_outputs.push_back(graph_.output(i).name());
    NeededNodes needed = needed_nodes(graph_, output_);
    writers_ = std::move(needed.writers);
    find_initializers();
    add_input(needed.names);
    for (const onnx::NodeProto* node : needed.nodes) add(*node);
    refusals_.throw_if_any(path_);
    set_output();
    network_ = without_dead_ends(std::move(network_));
    require_states();
    return std::move(network_);
  }

 private:
  [[noreturn]] void fail(const std::string& fault) const { throw InputError(path_ + ": " + fault); }

  void find_initializers() {
    for (const onnx::TensorProto& tensor : graph_.initializer()) {
      if (!initializers_.emplace(tensor.name(), &tensor).second) {
        fail("has two initializers '" + tensor.name() + "'");
      }
    }
  }

  /// The one input that is read and is not an initializer; older exports list those as inputs too.
  void add_input(const std::set<std::string>& needed) {
    const onnx::ValueInfoProto* input = nullptr;
    for (const onnx::ValueInfoProto& candidate : graph_.input()) {
      if (initializers_.contains(candidate.name()) || !needed.contains(candidate.name())) continue;
      if (input != nullptr) {
        fail("has several inputs, '" + input->name() + "' and '" + candidate.name() + "'; one is supported");
      }
      input = &candidate;
    }
    if (input == nullptr) fail("has no input that its output depends on");
    network_.input = add_tensor(input_shape(*input));
    values_[input->name()].tensor = network_.input;
  }

  Shape input_shape(const onnx::ValueInfoProto& input) {
    const std::string title = "input '" + input.name() + "' ";
    const auto& type = input.type().tensor_type();
    const bool real = type.elem_type() == onnx::TensorProto::FLOAT ||
                      type.elem_type() == onnx::TensorProto::DOUBLE ||
                      type.elem_type() == onnx::TensorProto::FLOAT16;
    if (!input.type().has_tensor_type() || !real) fail(title + "is not a tensor of real numbers");
    const auto& axes = type.shape().dim();
    if (axes.size() < 2 || axes.size() > 5) {
      fail(
          fmt::format("{}has {} axes, (samples, features) or (samples, channels, height, width) are expected",
                      title, axes.size()));
    }
    if (axes[0].has_dim_value() && axes[0].dim_value() > 0) batch_ = axes[0].dim_value();
    Shape shape;
    for (int axis = 1; axis < axes.size(); ++axis) {
      if (!axes[axis].has_dim_value() || axes[axis].dim_value() < 1) {
        fail(fmt::format("{}leaves the length of axis {} open; export with a fixed input size", title, axis));
      }
      shape.push_back(axes[axis].dim_value());
    }
    return shape;
  }

  std::size_t add_tensor(Shape shape) {
    Index entries = 1;
    for (const Index length : shape) {
      if (length > max_tensor_entries / entries) fail_size();
      entries *= length;
    }
    entries_ += entries;
    if (entries_ > max_tensor_entries) fail_size();
    network_.tensors.push_back(std::move(shape));
    return network_.tensors.size() - 1;
  }

  [[noreturn]] void fail_size() const {
    fail(fmt::format("has tensors of more than {} numbers a sample", max_tensor_entries));
  }

  void add(const onnx::NodeProto& proto) {
    const OnnxNode node(proto, values_, network_, batch_, room_, path_);
    if (proto.output_size() < 1 || proto.output(0).empty()) node.fail("has no output");
    for (const std::string& name : proto.output()) {
      if (!name.empty() && (values_.contains(name) || initializers_.contains(name))) {
        node.fail("writes '" + name + "', which exists already");
      }
    }
    decode_initializers(proto, node);
    for (const std::string& name : proto.input()) {
      if (!name.empty() && !values_.contains(name))
        node.fail("reads '" + name + "', which nothing before it writes");
    }
    const bool doubtful = reads_stand_in(proto);
    const std::string by_another_name = fault_by_another_name(proto, node);
    try {
      if (!by_another_name.empty()) node.fail(by_another_name);
      if (!proto.domain().empty() && proto.domain() != "ai.onnx") {
        node.fail("is of the domain '" + proto.domain() + "', only standard operators are supported");
      }
      if (is_left_off(proto)) {
        network_.left_off = node.title();
        values_[proto.output(0)] = values_.at(proto.input(0));
      } else if (is_known_beforehand(node)) {
        keep_constants(proto, node, fold(node));
      } else {
        keep(proto, node, read_operator(node));
      }
      if (doubtful) mark_stand_ins(proto);
    } catch (const InputError& fault) {
      // What reads the stand-in of another refused node may fail for that alone.
      const bool certain = !doubtful || !by_another_name.empty() || !is_supported(proto.op_type());
      if (certain) refusals_.add(proto.op_type(), fault.what());
      stand_in_for(proto);
    }
  }

  /// Whether the node is the last one, and one that changes no decision.
  [[nodiscard]] bool is_left_off(const onnx::NodeProto& proto) const {
    const std::string& type = proto.op_type();
    return (type == "Softmax" || type == "LogSoftmax" || type == "Sigmoid") && proto.output(0) == output_ &&
           proto.input_size() == 1 && values_.at(proto.input(0)).tensor.has_value();
  }

  [[nodiscard]] std::string fault_by_another_name(const onnx::NodeProto& proto, const OnnxNode& node) const {
    const bool product = proto.op_type() == "Mul" && proto.input_size() == 2;
    return product && node.is_tensor(0) && node.is_tensor(1) ? fault_of_product(proto, writers_) : "";
  }

  [[nodiscard]] bool reads_stand_in(const onnx::NodeProto& proto) const {
    return std::any_of(proto.input().begin(), proto.input().end(),
                       [&](const std::string& name) { return stand_ins_.contains(name); });
  }

  void mark_stand_ins(const onnx::NodeProto& proto) {
    stand_ins_.insert(proto.output().begin(), proto.output().end());
  }

  /// So that the nodes after it can be looked at: as if it gave what it reads.
  void stand_in_for(const onnx::NodeProto& proto) {
    for (const std::string& name : proto.output()) {
      if (name.empty()) continue;
      values_[name] = {};
      values_[name].tensor = network_.input;
      for (const std::string& input : proto.input()) {
        const auto value = values_.find(input);
        if (value == values_.end() || !value->second.tensor) continue;
        values_[name] = value->second;
        break;
      }
      stand_ins_.insert(name);
    }
  }

  /// Those that the node reads; the ones nobody reads may hold anything.
  void decode_initializers(const onnx::NodeProto& proto, const OnnxNode& node) {
    for (const std::string& name : proto.input()) {
      const auto found = initializers_.find(name);
      if (found == initializers_.end() || values_.contains(name)) continue;
      try {
        values_[name].constant = decode(*found->second);
      } catch (const std::invalid_argument& fault) {
        node.fail("reads the initializer '" + name + "', which " + fault.what());
      }
    }
  }

  void keep_constants(const onnx::NodeProto& proto, const OnnxNode& node,
                      const std::vector<OnnxConstant>& constants) {
    for (std::size_t i = 0; i < constants.size() && static_cast<int>(i) < proto.output_size(); ++i) {
      (void)checked_entries(node, constants[i].shape);
      room_.constants -= std::ssize(constants[i].values);
      values_[proto.output(static_cast<int>(i))].constant = constants[i];
    }
  }

  void keep(const onnx::NodeProto& proto, const OnnxNode& node, const OnnxOutcome& outcome) {
    if (std::holds_alternative<OnnxAlias>(outcome)) values_[proto.output(0)] = values_.at(proto.input(0));
    if (const auto* operation = std::get_if<OnnxOperation>(&outcome)) {
      values_[proto.output(0)].tensor = add(*operation, node);
    }
    if (const auto* operations = std::get_if<std::vector<OnnxOperation>>(&outcome)) {
      for (std::size_t i = 0; i < operations->size() && static_cast<int>(i) < proto.output_size(); ++i) {
        values_[proto.output(static_cast<int>(i))].tensor = add((*operations)[i], node);
      }
    }
  }

  std::size_t add(const OnnxOperation& operation, const OnnxNode& node) {
    if (operation.activation) require_one_activation(*operation.activation, node);
    if (std::holds_alternative<SparseMap>(operation.operation)) {
      room_.maps -= checked_entries(node, operation.output);
    }
    const std::size_t output = add_tensor(operation.output);
    network_.nodes.push_back({node.title(), operation.operation, operation.inputs, output});
    products_ += products_of(network_, network_.nodes.back());
    if (products_ > max_products)
      node.fail(fmt::format("takes the network above {:.0e} products a sample", max_products));
    return output;
  }

  void require_one_activation(Activation activation, const OnnxNode& node) {
    if (first_activation_.empty()) {
      first_activation_ = node.title();
      network_.activation = activation;
    }
    if (activation == network_.activation) return;
    node.fail("is another activation than " + first_activation_ + "; a network may have one kind");
  }

  void set_output() {
    const auto found = values_.find(output_);
    if (found == values_.end() || !found->second.tensor) {
      fail("has the output '" + output_ + "', which no node computes from the input");
    }
    network_.output = *found->second.tensor;
  }

  void require_states() const {
    const std::vector<Index> units = layer_units(network_);
    if (units.empty()) fail("has no activation between input and output, so there are no states to match");
  }

  const onnx::GraphProto& graph_;
  std::string path_;
  EntryRoom room_;
  std::string output_;
  Network network_;
  Index batch_ = 0;
  Index entries_ = 0;
  double products_ = 0;
  std::string first_activation_;
  std::map<std::string, OnnxValue> values_;
  std::map<std::string, const onnx::TensorProto*> initializers_;
  OnnxWriters writers_;              ///< of each tensor
  std::set<std::string> stand_ins_;  ///< tensors behind a node that is refused
  OnnxRefusals refusals_;
};

void require_known_operators(const onnx::ModelProto& model, const std::string& path) {
  for (const onnx::OperatorSetIdProto& set : model.opset_import()) {
    if (!set.domain().empty() && set.domain() != "ai.onnx") continue;
    if (set.version() >= oldest_operators && set.version() <= newest_operators) return;
    throw InputError(fmt::format("{}: uses operator set {}, {} to {} are read", path, set.version(),
                                 oldest_operators, newest_operators));
  }
  throw InputError(path + ": is not an ONNX model: it names no operator set");
}

}  // namespace

Network parse_onnx(const std::string& bytes, const std::string& path) {
  const google::protobuf::LogSilencer silence;
  onnx::ModelProto model;
  if (bytes.size() > max_onnx_bytes || !model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    throw InputError(path + ": is not an ONNX model, or is truncated or damaged");
  }
  if (!model.has_graph() || model.graph().node_size() == 0) {
    throw InputError(path + ": is not an ONNX model: it has no graph");
  }
  require_known_operators(model, path);
  return GraphReader(model.graph(), bytes.size(), path).read();
}

}  // namespace simplicit
