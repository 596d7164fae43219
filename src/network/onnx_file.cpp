#include "network/onnx_operators.hpp"
#include "network/propagate.hpp"
#include "network/prune.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/network/onnx_file.hpp>

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <set>
#include <stdexcept>

namespace simplicit {
namespace {

constexpr std::int64_t oldest_operators = 7;
constexpr std::int64_t newest_operators = 21;

/// Builds the network of one ONNX graph, node by node.
class GraphReader {
 public:
  GraphReader(const onnx::GraphProto& graph, std::string path) : graph_(graph), path_(std::move(path)) {}

  Network read() {
    if (graph_.sparse_initializer_size() > 0) fail("has sparse initializers, which are not supported");
    find_initializers();
    add_input();
    for (const onnx::NodeProto& node : graph_.node()) add(node);
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

  /// The one input that is not an initializer; older exports list those as inputs too.
  void add_input() {
    const onnx::ValueInfoProto* input = nullptr;
    for (const onnx::ValueInfoProto& candidate : graph_.input()) {
      if (initializers_.contains(candidate.name())) continue;
      if (input != nullptr) {
        fail("has several inputs, '" + input->name() + "' and '" + candidate.name() + "'; one is supported");
      }
      input = &candidate;
    }
    if (input == nullptr) fail("has no input");
    network_.input = add_tensor(input_shape(*input));
    values_[input->name()].tensor = network_.input;
  }

  Shape input_shape(const onnx::ValueInfoProto& input) {
    const std::string title = "input '" + input.name() + "' ";
    const auto& type = input.type().tensor_type();
    if (!input.type().has_tensor_type() || type.elem_type() != onnx::TensorProto::FLOAT) {
      fail(title + "is not a float32 tensor");
    }
    const auto& axes = type.shape().dim();
    if (axes.size() < 2 || axes.size() > 4) {
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
    const OnnxNode node(proto, values_, network_, batch_, path_);
    if (!proto.domain().empty() && proto.domain() != "ai.onnx") {
      node.fail("is of the domain '" + proto.domain() + "', only standard operators are supported");
    }
    if (proto.output_size() < 1 || proto.output(0).empty()) node.fail("has no output");
    if (values_.contains(proto.output(0)) || initializers_.contains(proto.output(0))) {
      node.fail("writes '" + proto.output(0) + "', which exists already");
    }
    decode_initializers(proto, node);
    const OnnxOutcome outcome = read_operator(node);
    OnnxValue& value = values_[proto.output(0)];
    if (std::holds_alternative<OnnxAlias>(outcome)) value = values_.at(proto.input(0));
    if (const auto* constant = std::get_if<OnnxConstant>(&outcome)) value.constant = *constant;
    if (const auto* operation = std::get_if<OnnxOperation>(&outcome)) value.tensor = add(*operation, node);
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

  std::size_t add(const OnnxOperation& operation, const OnnxNode& node) {
    if (operation.activation) require_one_activation(*operation.activation, node);
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
    if (graph_.output_size() != 1) fail(fmt::format("has {} outputs, one is expected", graph_.output_size()));
    const auto found = values_.find(graph_.output(0).name());
    if (found == values_.end() || !found->second.tensor) {
      fail("has the output '" + graph_.output(0).name() + "', which no node computes from the input");
    }
    network_.output = *found->second.tensor;
  }

  void require_states() const {
    const std::vector<Index> units = layer_units(network_);
    if (units.empty()) fail("has no activation between input and output, so there are no states to match");
  }

  const onnx::GraphProto& graph_;
  std::string path_;
  Network network_;
  Index batch_ = 0;
  Index entries_ = 0;
  double products_ = 0;
  std::string first_activation_;
  std::map<std::string, OnnxValue> values_;
  std::map<std::string, const onnx::TensorProto*> initializers_;
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

std::string read_onnx_bytes(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) throw InputError(path + ": does not exist");
  if (!std::filesystem::is_regular_file(path, error)) throw InputError(path + ": is not a file");
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) throw InputError(path + ": cannot be read: " + error.message());
  if (size > max_onnx_bytes) {
    throw InputError(fmt::format("{}: has {} bytes, at most {} are read", path, size, max_onnx_bytes));
  }
  std::string bytes(size, '\0');
  std::ifstream file(path, std::ios::binary);
  if (!file.read(bytes.data(), static_cast<std::streamsize>(size)))
    throw InputError(path + ": cannot be read");
  return bytes;
}

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
  return GraphReader(model.graph(), path).read();
}

}  // namespace simplicit
