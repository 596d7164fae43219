#include "layers/onnx_model.hpp"

#include <simplicit/base/error.hpp>
#include <simplicit/network/onnx_file.hpp>

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <set>

namespace simplicit {
namespace {

const onnx::AttributeProto* attribute_of(const onnx::NodeProto& node, const std::string& name) {
  for (const onnx::AttributeProto& attribute : node.attribute()) {
    if (attribute.name() == name) return &attribute;
  }
  return nullptr;
}

onnx::AttributeProto& fresh_attribute(onnx::NodeProto& node, const std::string& name) {
  remove_attribute(node, name);
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  return attribute;
}

template <class T, class List>
std::vector<T> stored_numbers(const onnx::TensorProto& tensor, const List& list) {
  if (!tensor.has_raw_data()) return {list.begin(), list.end()};
  std::vector<T> values(tensor.raw_data().size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), tensor.raw_data().data(), values.size() * sizeof(T));
  return values;
}

/// The number of entries that the shape declares; -1 when it is impossible.
Index declared_entries(const onnx::TensorProto& tensor) {
  Index count = 1;
  for (const std::int64_t length : tensor.dims()) {
    if (length < 0 || (length > 0 && count > max_tensor_entries * 16 / length)) return -1;
    count *= length;
  }
  return count;
}

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

onnx::ModelProto parse_model(const std::string& bytes, const std::string& path) {
  const google::protobuf::LogSilencer silence;
  onnx::ModelProto model;
  if (bytes.size() > max_onnx_bytes || !model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    throw InputError(path + ": is not an ONNX model, or is truncated or damaged");
  }
  if (!model.has_graph() || model.graph().node_size() == 0) {
    throw InputError(path + ": is not an ONNX model: it has no graph");
  }
  return model;
}

void simplify(onnx::ModelProto& model, const std::string& path) {
  require_one_input_and_output(model.graph(), path);
  require_order(model.graph(), path);
  Simplifier(model, path).run();
  require_one_input_and_output(model.graph(), path);
  require_order(model.graph(), path);
  if (model.graph().node_size() == 0) throw InputError(path + ": its output is its input");
}

onnx::ValueInfoProto& input_of(onnx::ModelProto& model) {
  return *model.mutable_graph()->mutable_input(0);
}

const std::string& output_of(const onnx::ModelProto& model) {
  return model.graph().output(0).name();
}

std::string title_of(const onnx::NodeProto& node) {
  const std::string output = node.output_size() > 0 ? node.output(0) : "";
  return fmt::format("node '{}' ({})", node.name().empty() ? output : node.name(), node.op_type());
}

std::int64_t integer_of(const onnx::NodeProto& node, const std::string& name, std::int64_t otherwise) {
  const onnx::AttributeProto* attribute = attribute_of(node, name);
  return attribute == nullptr ? otherwise : attribute->i();
}

double real_of(const onnx::NodeProto& node, const std::string& name, double otherwise) {
  const onnx::AttributeProto* attribute = attribute_of(node, name);
  return attribute == nullptr ? otherwise : static_cast<double>(attribute->f());
}

std::string text_of(const onnx::NodeProto& node, const std::string& name, const std::string& otherwise) {
  const onnx::AttributeProto* attribute = attribute_of(node, name);
  return attribute == nullptr ? otherwise : attribute->s();
}

std::vector<std::int64_t> list_of(const onnx::NodeProto& node, const std::string& name) {
  const onnx::AttributeProto* attribute = attribute_of(node, name);
  if (attribute == nullptr) return {};
  return {attribute->ints().begin(), attribute->ints().end()};
}

void put_list(onnx::NodeProto& node, const std::string& name, const std::vector<std::int64_t>& values) {
  onnx::AttributeProto& attribute = fresh_attribute(node, name);
  attribute.set_type(onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) attribute.add_ints(value);
}

void put_integer(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
  onnx::AttributeProto& attribute = fresh_attribute(node, name);
  attribute.set_type(onnx::AttributeProto::INT);
  attribute.set_i(value);
}

void remove_attribute(onnx::NodeProto& node, const std::string& name) {
  auto& attributes = *node.mutable_attribute();
  for (int i = attributes.size() - 1; i >= 0; --i) {
    if (attributes[i].name() == name) attributes.DeleteSubrange(i, 1);
  }
}

std::optional<Numbers> numbers_of(const onnx::TensorProto& tensor, const std::string& path) {
  Numbers numbers;
  const std::string title = path + ": the initializer '" + tensor.name() + "' ";
  if (tensor.data_location() == onnx::TensorProto::EXTERNAL) {
    throw InputError(title + "keeps its numbers in another file (external data)");
  }
  if (tensor.data_type() == onnx::TensorProto::FLOAT) {
    for (const float value : stored_numbers<float>(tensor, tensor.float_data()))
      numbers.values.push_back(value);
  } else if (tensor.data_type() == onnx::TensorProto::DOUBLE) {
    numbers.values = stored_numbers<double>(tensor, tensor.double_data());
  } else {
    return {};
  }
  if (declared_entries(tensor) != std::ssize(numbers.values)) {
    throw InputError(title + "holds another count of numbers than its shape declares");
  }
  if (!std::ranges::all_of(numbers.values, [](double value) { return std::isfinite(value); })) {
    throw InputError(title + "holds a number that is not finite");
  }
  numbers.shape.assign(tensor.dims().begin(), tensor.dims().end());
  return numbers;
}

std::optional<std::vector<std::int64_t>> integers_of(const onnx::TensorProto& tensor) {
  if (tensor.data_type() != onnx::TensorProto::INT64) return {};
  std::vector<std::int64_t> values = stored_numbers<std::int64_t>(tensor, tensor.int64_data());
  if (declared_entries(tensor) != std::ssize(values)) return {};
  return values;
}

onnx::TensorProto float_tensor(const std::string& name, const std::vector<Index>& shape,
                               const std::vector<float>& values) {
  onnx::TensorProto tensor;
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  for (const Index length : shape) tensor.add_dims(length);
  tensor.set_raw_data(values.data(), values.size() * sizeof(float));
  return tensor;
}

onnx::TensorProto integer_tensor(const std::string& name, const std::vector<std::int64_t>& values) {
  onnx::TensorProto tensor;
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::INT64);
  tensor.add_dims(std::ssize(values));
  tensor.set_raw_data(values.data(), values.size() * sizeof(std::int64_t));
  return tensor;
}

std::map<std::string, const onnx::TensorProto*> initializers_of(const onnx::ModelProto& model) {
  std::map<std::string, const onnx::TensorProto*> initializers;
  for (const onnx::TensorProto& tensor : model.graph().initializer()) initializers[tensor.name()] = &tensor;
  return initializers;
}

std::map<std::string, std::vector<int>> readers_of(const onnx::ModelProto& model) {
  std::map<std::string, std::vector<int>> readers;
  for (int i = 0; i < model.graph().node_size(); ++i) {
    for (const std::string& name : model.graph().node(i).input()) readers[name].push_back(i);
  }
  readers[output_of(model)].push_back(-1);
  return readers;
}

}  // namespace simplicit
