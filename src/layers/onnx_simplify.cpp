#include "layers/onnx_model.hpp"
#include <simplicit/base/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace simplicit {
namespace {

/// The value of a Constant node as a tensor; nothing when it is of another kind.
std::optional<onnx::TensorProto> constant_of(const onnx::NodeProto& node) {
  if (const auto* value = attribute_of(node, "value"); value != nullptr && value->has_t()) return value->t();
  if (const auto* value = attribute_of(node, "value_float")) {
    return float_tensor("", {}, {value->f()});
  }
  if (const auto* value = attribute_of(node, "value_floats")) {
    return float_tensor("", {value->floats_size()}, {value->floats().begin(), value->floats().end()});
  }
  if (const auto* value = attribute_of(node, "value_ints")) {
    return integer_tensor("", {value->ints().begin(), value->ints().end()});
  }
  if (const auto* value = attribute_of(node, "value_int")) {
    onnx::TensorProto tensor = integer_tensor("", {value->i()});
    tensor.clear_dims();
    return tensor;
  }
  return {};
}

/// The transposed matrix of a Transpose node that reads a constant.
std::optional<onnx::TensorProto> transposed(const onnx::NodeProto& node, const onnx::TensorProto& tensor,
                                            const std::string& path) {
  if (tensor.dims_size() != 2 || tensor.data_type() != onnx::TensorProto::FLOAT) return {};
  const std::vector<std::int64_t> order = list_of(node, "perm");
  if (!order.empty() && order != std::vector<std::int64_t>{1, 0}) return {};
  const std::optional<Numbers> numbers = numbers_of(tensor, path);
  const Index rows = numbers->shape[0];
  const Index columns = numbers->shape[1];
  std::vector<float> values(numbers->values.size());
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < columns; ++j) {
      values[static_cast<std::size_t>(j * rows + i)] =
          static_cast<float>(numbers->values[static_cast<std::size_t>(i * columns + j)]);
    }
  }
  return float_tensor("", {columns, rows}, values);
}

/// Turns constant nodes into initializers, and nodes that only hand on what they read into other names for
/// it.
class Simplifier {
 public:
  Simplifier(onnx::ModelProto& model, const std::string& path)
      : graph_(*model.mutable_graph()), path_(path) {}

  void run() {
    for (const onnx::TensorProto& tensor : graph_.initializer()) constants_[tensor.name()] = tensor;
    std::vector<onnx::NodeProto> kept;
    for (onnx::NodeProto& node : *graph_.mutable_node()) {
      for (std::string& name : *node.mutable_input()) {
        if (const auto alias = aliases_.find(name); alias != aliases_.end()) name = alias->second;
      }
      if (!absorb(node)) kept.push_back(node);
    }
    keep_needed(kept);
  }

 private:
  /// Whether the node is gone.
  bool absorb(const onnx::NodeProto& node) {
    const std::string& type = node.op_type();
    if (node.output_size() == 0) return true;
    if (type == "Constant") {
      std::optional<onnx::TensorProto> value = constant_of(node);
      if (!value) return false;
      constants_[node.output(0)] = *value;
      return true;
    }
    if (node.input_size() == 0) return false;
    const auto constant = constants_.find(node.input(0));
    const bool hands_on =
        type == "Identity" || (type == "Dropout" && integer_of(node, "training_mode", 0) == 0);
    if (hands_on && constant != constants_.end()) {
      constants_[node.output(0)] = constant->second;
      return true;
    }
    if (hands_on && node.output(0) != output_of(graph_)) {
      aliases_[node.output(0)] = node.input(0);
      return true;
    }
    if (type != "Transpose" || constant == constants_.end()) return false;
    std::optional<onnx::TensorProto> value = transposed(node, constant->second, path_);
    if (!value) return false;
    constants_[node.output(0)] = *value;
    return true;
  }

  static const std::string& output_of(const onnx::GraphProto& graph) { return graph.output(0).name(); }

  void keep_needed(const std::vector<onnx::NodeProto>& nodes) {
    std::set<std::string> needed{output_of(graph_)};
    std::vector<const onnx::NodeProto*> kept;
    for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) {
      const bool wanted = std::any_of(node->output().begin(), node->output().end(),
                                      [&](const std::string& name) { return needed.contains(name); });
      if (!wanted) continue;
      needed.insert(node->input().begin(), node->input().end());
      kept.push_back(&*node);
    }
    onnx::GraphProto result = graph_;
    result.clear_node();
    result.clear_initializer();
    result.clear_value_info();
    std::reverse(kept.begin(), kept.end());
    for (const onnx::NodeProto* node : kept) *result.add_node() = *node;
    for (auto& [name, tensor] : constants_) {
      if (!needed.contains(name)) continue;
      onnx::TensorProto& to = *result.add_initializer();
      to = tensor;
      to.set_name(name);
    }
    // Older exports list initializers as inputs too.
    result.clear_input();
    for (const onnx::ValueInfoProto& input : graph_.input()) {
      if (!constants_.contains(input.name())) *result.add_input() = input;
    }
    graph_ = std::move(result);
  }

  onnx::GraphProto& graph_;
  const std::string& path_;
  std::map<std::string, onnx::TensorProto> constants_;
  std::map<std::string, std::string> aliases_;
};

void require_one_input_and_output(const onnx::GraphProto& graph, const std::string& path) {
  std::set<std::string> constants;
  for (const onnx::TensorProto& tensor : graph.initializer()) constants.insert(tensor.name());
  Index inputs = 0;
  for (const onnx::ValueInfoProto& input : graph.input()) inputs += constants.contains(input.name()) ? 0 : 1;
  if (inputs != 1) throw InputError(fmt::format("{}: has {} inputs, one is expected", path, inputs));
  if (graph.output_size() != 1) {
    throw InputError(fmt::format("{}: has {} outputs, one is expected", path, graph.output_size()));
  }
}

/// Every tensor is written once, before it is read: what follows relies on it.
void require_order(const onnx::GraphProto& graph, const std::string& path) {
  std::set<std::string> known{""};
  for (const onnx::ValueInfoProto& input : graph.input()) known.insert(input.name());
  for (const onnx::TensorProto& tensor : graph.initializer()) known.insert(tensor.name());
  for (const onnx::NodeProto& node : graph.node()) {
    for (const std::string& name : node.input()) {
      if (known.contains(name)) continue;
      throw InputError(path + ": " + title_of(node) + " reads '" + name +
                       "', which nothing computes before it");
    }
    for (const std::string& name : node.output()) {
      if (name.empty() || known.insert(name).second) continue;
      throw InputError(path + ": " + title_of(node) + " writes '" + name + "', which exists already");
    }
  }
  if (!known.contains(graph.output(0).name())) {
    throw InputError(path + ": has the output '" + graph.output(0).name() + "', which no node computes");
  }
}

}  // namespace

void simplify(onnx::ModelProto& model, const std::string& path) {
  require_one_input_and_output(model.graph(), path);
  require_order(model.graph(), path);
  Simplifier(model, path).run();
  require_one_input_and_output(model.graph(), path);
  require_order(model.graph(), path);
  if (model.graph().node_size() == 0) throw InputError(path + ": its output is its input");
}

}  // namespace simplicit
