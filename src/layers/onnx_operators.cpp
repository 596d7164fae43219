#include "layers/onnx_operators.hpp"

#include <simplicit/base/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace simplicit {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::int64_t largest_extent = std::int64_t{1} << 20;

void require_between(const std::string& path, const onnx::NodeProto& node, const std::string& what,
                     std::int64_t least) {
  for (const std::int64_t value : list_of(node, what)) {
    if (value >= least && value <= largest_extent) continue;
    refuse(path, node,
           fmt::format("has {} in '{}', {} to {} are expected", value, what, least, largest_extent));
  }
}

/// Looks at one node after the other, and at what follows each.
class OperatorFinder {
 public:
  OperatorFinder(onnx::ModelProto& model, const std::map<std::string, Shape>& shapes, const std::string& path)
      : model_(model), graph_{shapes, initializers_of(model), path}, readers_(readers_of(model)) {
    for (const auto& [name, tensor] : graph_.constants) names_.insert(name);
    for (const onnx::NodeProto& node : model.graph().node()) {
      names_.insert(node.output().begin(), node.output().end());
    }
  }

  std::vector<FoundOperator> run() {
    const auto& nodes = model_.graph().node();
    std::vector<FoundOperator> found;
    std::vector<onnx::NodeProto> rewritten;
    gone_.assign(static_cast<std::size_t>(nodes.size()), false);
    for (int i = 0; i < nodes.size(); ++i) {
      if (gone_[static_cast<std::size_t>(i)]) continue;
      std::optional<FoundOperator> op = weighted_operator(graph_, nodes[i]);
      if (!op) {
        rewritten.push_back(nodes[i]);
        continue;
      }
      while (fold_follower(*op)) {
      }
      op->geometry.bias = op->bias.size() > 0;
      op->geometry.name = unique_name(nodes[i], found);
      write(nodes[i], *op, rewritten);
      found.push_back(std::move(*op));
    }
    onnx::GraphProto& graph = *model_.mutable_graph();
    graph.clear_node();
    for (const onnx::NodeProto& node : rewritten) *graph.add_node() = node;
    for (const onnx::TensorProto& tensor : added_) *graph.add_initializer() = tensor;
    return found;
  }

 private:
  /// The only node that reads the operator's output, when there is one.
  int only_reader(const FoundOperator& op) const {
    const auto at = readers_.find(op.geometry.output);
    return at != readers_.end() && at->second.size() == 1 ? at->second[0] : -1;
  }

  bool fold_follower(FoundOperator& op) {
    const int reader = only_reader(op);
    if (reader < 0) return false;
    const onnx::NodeProto& node = model_.graph().node(reader);
    if (!folds_into(graph_, node, op)) return false;
    gone_[static_cast<std::size_t>(reader)] = true;
    op.geometry.output = node.output(0);
    return true;
  }

  static std::string unique_name(const onnx::NodeProto& node, const std::vector<FoundOperator>& found) {
    const bool taken = std::ranges::any_of(
        found, [&](const FoundOperator& other) { return other.geometry.name == node.name(); });
    return node.name().empty() || taken ? node.output(0) : node.name();
  }

  /// A name for an operator's own constant: the one it has when nobody else reads it.
  std::string own_name(const std::string& present, const std::string& otherwise) {
    const auto readers = readers_.find(present);
    if (!present.empty() && readers != readers_.end() && readers->second.size() == 1) {
      return present;
    }
    std::string name = otherwise;
    while (!names_.insert(name).second) name += "_";
    return name;
  }

  void add_initializer(const onnx::TensorProto& tensor) {
    auto& initializers = *model_.mutable_graph()->mutable_initializer();
    for (onnx::TensorProto& present : initializers) {
      if (present.name() != tensor.name()) continue;
      present = tensor;
      return;
    }
    added_.push_back(tensor);
  }

  void write(const onnx::NodeProto& from, const FoundOperator& op, std::vector<onnx::NodeProto>& rewritten) {
    const WeightedOperator& geometry = op.geometry;
    const bool flat = graph_.shape(from.input(0))->size() == 1;
    const bool gemm = geometry.dense && flat && geometry.bias;
    const bool two_nodes = geometry.dense && geometry.bias && !gemm;
    onnx::NodeProto node = from;
    if (geometry.dense) node.clear_attribute();
    node.set_op_type(!geometry.dense ? "Conv" : gemm ? "Gemm" : "MatMul");
    if (gemm) put_integer(node, "transB", 1);
    node.set_name(geometry.name);
    node.clear_input();
    node.add_input(geometry.input);
    node.add_input(own_name(from.input(1), geometry.name + "/weight"));
    node.clear_output();
    node.add_output(geometry.output);
    const std::string bias_name =
        !geometry.bias ? "" : own_name(from.input_size() > 2 ? from.input(2) : "", geometry.name + "/bias");
    if (geometry.bias && !two_nodes) node.add_input(bias_name);
    if (!geometry.dense) {
      const bool plane = graph_.shape(from.input(0))->size() == 3;
      const Window& window = geometry.window;
      remove_attribute(node, "auto_pad");
      const auto list = [&](const std::array<Index, 2>& pair) {
        return plane ? std::vector<std::int64_t>{pair[0], pair[1]} : std::vector<std::int64_t>{pair[1]};
      };
      std::vector<std::int64_t> pads = list(window.before);
      const std::vector<std::int64_t> after = list(window.after);
      pads.insert(pads.end(), after.begin(), after.end());
      put_list(node, "pads", pads);
      put_list(node, "kernel_shape", list(window.size));
    }
    if (two_nodes) {
      std::string product = geometry.name + "/product";
      while (!names_.insert(product).second) product += "_";
      node.set_output(0, product);
      rewritten.push_back(node);
      onnx::NodeProto sum;
      sum.set_op_type("Add");
      sum.set_name(product + "/add");
      sum.add_input(product);
      sum.add_input(bias_name);
      sum.add_output(geometry.output);
      add_initializer(float_tensor(bias_name, {geometry.channels}, {}));
      rewritten.push_back(sum);
    } else {
      rewritten.push_back(node);
      if (geometry.bias) add_initializer(float_tensor(bias_name, {geometry.channels}, {}));
    }
    add_initializer(float_tensor(node.input(1), {}, {}));  // put_weights() fills them
  }

  onnx::ModelProto& model_;
  OperatorGraph graph_;
  std::map<std::string, std::vector<int>> readers_;
  std::set<std::string> names_;
  std::vector<bool> gone_;
  std::vector<onnx::TensorProto> added_;
};

onnx::NodeProto& writer_of(onnx::ModelProto& model, const std::string& tensor) {
  for (onnx::NodeProto& node : *model.mutable_graph()->mutable_node()) {
    if (node.output_size() > 0 && node.output(0) == tensor) return node;
  }
  SIMPLICIT_ASSERT(false, tensor);
  std::abort();
}

void put_initializer(onnx::ModelProto& model, const onnx::TensorProto& tensor) {
  for (onnx::TensorProto& present : *model.mutable_graph()->mutable_initializer()) {
    if (present.name() == tensor.name()) {
      present = tensor;
      return;
    }
  }
  SIMPLICIT_ASSERT(false, tensor.name());
}

std::vector<float> float_numbers(const Vector& numbers) {
  std::vector<float> floats;
  for (const double number : numbers) floats.push_back(static_cast<float>(number));
  return floats;
}

}  // namespace

void require_sound_windows(const onnx::ModelProto& model, const std::string& path) {
  for (const onnx::NodeProto& node : model.graph().node()) {
    for (const char* what : {"strides", "dilations", "kernel_shape"}) require_between(path, node, what, 1);
    if (node.op_type().find("Pad") == std::string::npos) require_between(path, node, "pads", 0);
    const std::int64_t groups = integer_of(node, "group", 1);
    if (groups < 1) refuse(path, node, fmt::format("has {} groups", groups));
  }
}

std::vector<FoundOperator> take_operators(onnx::ModelProto& model, const std::map<std::string, Shape>& shapes,
                                          const std::string& path) {
  return OperatorFinder(model, shapes, path).run();
}

void put_weights(onnx::ModelProto& model, const WeightedOperator& geometry, const OperatorWeights& weights) {
  const onnx::NodeProto& last = writer_of(model, geometry.output);
  const bool two_nodes = last.op_type() == "Add";
  const onnx::NodeProto& node = two_nodes ? writer_of(model, last.input(0)) : last;
  const RowMajor W = weights.W.toDense();
  std::vector<float> numbers;
  numbers.reserve(static_cast<std::size_t>(W.size()));
  const bool by_columns = node.op_type() == "MatMul";
  for (Index i = 0; i < W.size(); ++i) {
    const double value = by_columns ? W(i % W.rows(), i / W.rows()) : W.data()[i];
    numbers.push_back(static_cast<float>(value));
  }
  std::vector<Index> shape{geometry.channels, geometry.in_channels / geometry.groups, geometry.window.size[0],
                           geometry.window.size[1]};
  if (geometry.dense) {
    shape = by_columns ? std::vector<Index>{geometry.in_channels, geometry.channels}
                       : std::vector<Index>{geometry.channels, geometry.in_channels};
  } else if (list_of(node, "kernel_shape").size() == 1) {
    shape.erase(shape.begin() + 2);
  }
  put_initializer(model, float_tensor(node.input(1), shape, numbers));
  if (!geometry.bias) return;
  put_initializer(model, float_tensor(two_nodes ? last.input(1) : node.input(2), {geometry.channels},
                                      float_numbers(weights.bias)));
}

}  // namespace simplicit
