#include "layers/onnx_operators.hpp"

#include <simplicit/base/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace simplicit {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::int64_t largest_extent = std::int64_t{1} << 20;

[[noreturn]] void refuse(const std::string& path, const onnx::NodeProto& node, const std::string& fault) {
  throw InputError(path + ": " + title_of(node) + " " + fault);
}

void require_between(const std::string& path, const onnx::NodeProto& node, const std::string& what,
                     std::int64_t least) {
  for (const std::int64_t value : list_of(node, what)) {
    if (value >= least && value <= largest_extent) continue;
    refuse(path, node,
           fmt::format("has {} in '{}', {} to {} are expected", value, what, least, largest_extent));
  }
}

/// (vertical, horizontal) of a list of one or two numbers.
std::array<Index, 2> pair_of(const std::vector<std::int64_t>& values, std::size_t first, std::size_t axes,
                             Index otherwise) {
  if (values.size() < first + axes) return {otherwise, otherwise};
  if (axes == 1) return {otherwise, values[first]};
  return {values[first], values[first + 1]};
}

Index reach(const Window& window, std::size_t axis) {
  return window.dilation[axis] * (window.size[axis] - 1) + 1;
}

void pad_to_same(const std::array<Index, 2>& extents, bool odd_after, std::size_t axes, Window& window) {
  for (std::size_t axis = 2 - axes; axis < 2; ++axis) {
    const Index windows = (extents[axis] + window.stride[axis] - 1) / window.stride[axis];
    const Index total =
        std::max<Index>(0, (windows - 1) * window.stride[axis] + reach(window, axis) - extents[axis]);
    window.before[axis] = odd_after ? total / 2 : total - total / 2;
    window.after[axis] = total - window.before[axis];
  }
}

/// Looks at one node after the other, and at what follows each.
class OperatorFinder {
 public:
  OperatorFinder(onnx::ModelProto& model, const std::map<std::string, Shape>& shapes, const std::string& path)
      : model_(model),
        shapes_(shapes),
        path_(path),
        constants_(initializers_of(model)),
        readers_(readers_of(model)) {
    for (const auto& [name, tensor] : constants_) names_.insert(name);
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
      std::optional<FoundOperator> op = weighted(nodes[i]);
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
  std::optional<Numbers> constant(const std::string& name) const {
    const auto at = constants_.find(name);
    if (at == constants_.end()) return {};
    return numbers_of(*at->second, path_);
  }

  const Shape* shape(const std::string& name) const {
    const auto at = shapes_.find(name);
    return at == shapes_.end() ? nullptr : &at->second;
  }

  std::optional<FoundOperator> weighted(const onnx::NodeProto& node) const {
    const std::string& domain = node.domain();
    if ((!domain.empty() && domain != "ai.onnx") || node.input_size() < 2 || node.output_size() < 1)
      return {};
    const Shape* from = shape(node.input(0));
    const Shape* to = shape(node.output(0));
    if (from == nullptr || to == nullptr || constants_.contains(node.input(0))) return {};
    if (!constants_.contains(node.input(1))) return {};
    if (node.op_type() == "Conv") return convolution(node, *from, *to);
    if (node.op_type() == "Gemm") return gemm(node, *from);
    if (node.op_type() == "MatMul") return matmul(node, *from);
    return {};
  }

  std::optional<FoundOperator> convolution(const onnx::NodeProto& node, const Shape& from,
                                           const Shape& to) const {
    const std::optional<Numbers> weights = constant(node.input(1));
    if (!weights || (from.size() != 2 && from.size() != 3)) return {};
    const std::size_t axes = from.size() - 1;
    if (weights->shape.size() != axes + 2) {
      refuse(path_, node,
             fmt::format("has weights of shape {} for {} a sample", shape_text(weights->shape),
                         shape_text(from)));
    }
    FoundOperator op;
    WeightedOperator& geometry = op.geometry;
    geometry.input = node.input(0);
    geometry.output = node.output(0);
    geometry.channels = weights->shape[0];
    geometry.in_channels = from[0];
    geometry.groups = integer_of(node, "group", 1);
    if (geometry.groups < 1 || from[0] % geometry.groups != 0 || geometry.channels % geometry.groups != 0) {
      refuse(path_, node,
             fmt::format("has {} groups, which do not divide {} channels read and {} written",
                         geometry.groups, from[0], geometry.channels));
    }
    if (weights->shape[1] * geometry.groups != from[0]) {
      refuse(path_, node,
             fmt::format("has weights of shape {}, {} channels in {} groups are read",
                         shape_text(weights->shape), from[0], geometry.groups));
    }
    const std::array<Index, 2> extents{axes == 2 ? from[1] : 1, from[axes]};
    geometry.height = extents[0];
    geometry.width = extents[1];
    Window& window = geometry.window;
    window.size = {axes == 2 ? weights->shape[2] : 1, weights->shape[axes + 1]};
    window.stride = pair_of(list_of(node, "strides"), 0, axes, 1);
    window.dilation = pair_of(list_of(node, "dilations"), 0, axes, 1);
    const std::string automatic = text_of(node, "auto_pad", "NOTSET");
    if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
      pad_to_same(extents, automatic == "SAME_UPPER", axes, window);
    } else if (automatic != "VALID") {
      window.before = pair_of(list_of(node, "pads"), 0, axes, 0);
      window.after = pair_of(list_of(node, "pads"), axes, axes, 0);
    }
    Index* out[] = {&geometry.out_height, &geometry.out_width};
    for (std::size_t axis = 0; axis < 2; ++axis) {
      const Index room = extents[axis] + window.before[axis] + window.after[axis] - reach(window, axis);
      if (room < 0)
        refuse(path_, node, "has a kernel larger than its planes, " + shape_text(from) + " a sample");
      *out[axis] = room / window.stride[axis] + 1;
    }
    if (entries_of(to) != geometry.channels * geometry.positions()) {
      refuse(path_, node,
             fmt::format("gives {} a sample by OpenCV's account, {} channels at {} positions are right",
                         shape_text(to), geometry.channels, geometry.positions()));
    }
    op.W = Eigen::Map<const RowMajor>(weights->values.data(), geometry.channels, geometry.taps());
    if (node.input_size() > 2 && !node.input(2).empty()) set_bias(node, 2, 1, op);
    return op;
  }

  void set_bias(const onnx::NodeProto& node, int input, double factor, FoundOperator& op) const {
    const std::optional<Numbers> bias = constant(node.input(input));
    const auto count = bias ? std::ssize(bias->values) : 0;
    if (count != op.geometry.channels && count != 1) {
      refuse(path_, node, fmt::format("has a bias that is not {} constant numbers", op.geometry.channels));
    }
    op.bias = Vector::Constant(op.geometry.channels, bias->values[0] * factor);
    if (count > 1) op.bias = factor * Eigen::Map<const Vector>(bias->values.data(), count);
  }

  std::optional<FoundOperator> dense(const onnx::NodeProto& node, const Shape& from, bool transposed) const {
    const std::optional<Numbers> weights = constant(node.input(1));
    if (!weights || weights->shape.size() != 2 || from.empty()) return {};
    FoundOperator op;
    WeightedOperator& geometry = op.geometry;
    geometry.dense = true;
    geometry.input = node.input(0);
    geometry.output = node.output(0);
    geometry.in_channels = weights->shape[transposed ? 1 : 0];
    geometry.channels = weights->shape[transposed ? 0 : 1];
    if (geometry.in_channels < 1 || geometry.channels < 1 || from.back() != geometry.in_channels) {
      refuse(path_, node,
             fmt::format("has weights of shape {} that do not fit {} a sample", shape_text(weights->shape),
                         shape_text(from)));
    }
    geometry.width = geometry.out_width = entries_of(from) / from.back();
    if (transposed) {
      op.W = Eigen::Map<const RowMajor>(weights->values.data(), geometry.channels, geometry.in_channels);
    } else {
      op.W = Eigen::Map<const Matrix>(weights->values.data(), geometry.channels, geometry.in_channels);
    }
    return op;
  }

  std::optional<FoundOperator> gemm(const onnx::NodeProto& node, const Shape& from) const {
    if (from.size() != 1 || integer_of(node, "transA", 0) != 0) return {};
    std::optional<FoundOperator> op = dense(node, from, integer_of(node, "transB", 0) != 0);
    if (!op) return {};
    op->W *= real_of(node, "alpha", 1);
    if (node.input_size() > 2 && !node.input(2).empty()) set_bias(node, 2, real_of(node, "beta", 1), *op);
    return op;
  }

  std::optional<FoundOperator> matmul(const onnx::NodeProto& node, const Shape& from) const {
    return dense(node, from, false);
  }

  /// The only node that reads the operator's output, when there is one.
  int only_reader(const FoundOperator& op) const {
    const auto at = readers_.find(op.geometry.output);
    return at != readers_.end() && at->second.size() == 1 ? at->second[0] : -1;
  }

  /// One number per channel, or the same for all; nothing when the constant varies otherwise.
  std::optional<Vector> channel_constant(const FoundOperator& op, const std::string& name) const {
    const std::optional<Numbers> numbers = constant(name);
    const Shape* to = shape(op.geometry.output);
    if (!numbers || to == nullptr) return {};
    const std::size_t rank = to->size() + 1;
    if (numbers->shape.size() > rank) return {};
    const std::size_t channel_axis = op.geometry.dense ? rank - 1 : 1;
    for (std::size_t i = 0; i < numbers->shape.size(); ++i) {
      const std::size_t axis = rank - numbers->shape.size() + i;
      if (numbers->shape[i] == 1 || (axis == channel_axis && numbers->shape[i] == op.geometry.channels))
        continue;
      return {};
    }
    if (std::ssize(numbers->values) == op.geometry.channels) {
      return Eigen::Map<const Vector>(numbers->values.data(), op.geometry.channels);
    }
    return Vector::Constant(op.geometry.channels, numbers->values.at(0));
  }

  static void scale(FoundOperator& op, const Vector& factor) {
    op.W = factor.asDiagonal() * op.W;
    if (op.bias.size() > 0) op.bias.array() *= factor.array();
  }

  static void shift(FoundOperator& op, const Vector& by) {
    if (op.bias.size() == 0) op.bias = Vector::Zero(op.geometry.channels);
    op.bias += by;
  }

  bool fold_batch_norm(const onnx::NodeProto& node, FoundOperator& op) const {
    if (op.geometry.dense && op.geometry.positions() != 1) return false;
    if (node.input_size() != 5 || integer_of(node, "training_mode", 0) != 0) return false;
    Vector part[4];
    for (int i = 0; i < 4; ++i) {
      const std::optional<Numbers> numbers = constant(node.input(i + 1));
      if (!numbers || std::ssize(numbers->values) != op.geometry.channels) return false;
      part[i] = Eigen::Map<const Vector>(numbers->values.data(), op.geometry.channels);
    }
    const double epsilon = real_of(node, "epsilon", 1e-5);
    const Vector deviation = (part[3].array() + epsilon).sqrt();
    if (!(deviation.minCoeff() > 0)) refuse(path_, node, "has a variance that is not positive");
    const Vector factor = part[0].cwiseQuotient(deviation);
    scale(op, factor);
    shift(op, part[1] - factor.cwiseProduct(part[2]));
    return true;
  }

  bool fold_arithmetic(const onnx::NodeProto& node, FoundOperator& op) const {
    if (node.input_size() != 2) return false;
    const bool first = node.input(0) == op.geometry.output;
    const std::optional<Vector> numbers = channel_constant(op, node.input(first ? 1 : 0));
    if (!numbers) return false;
    const std::string& type = node.op_type();
    if (type == "Add") shift(op, *numbers);
    if (type == "Mul") scale(op, *numbers);
    if (type == "Sub") {
      if (!first) return false;
      shift(op, -*numbers);
    }
    if (type == "Div") {
      if (!first || !(numbers->cwiseAbs().minCoeff() > 0)) return false;
      scale(op, numbers->cwiseInverse());
    }
    return true;
  }

  bool fold_follower(FoundOperator& op) {
    const int reader = only_reader(op);
    if (reader < 0) return false;
    const onnx::NodeProto& node = model_.graph().node(reader);
    const std::string& type = node.op_type();
    bool folded = false;
    if (type == "BatchNormalization")
      folded = node.input(0) == op.geometry.output && fold_batch_norm(node, op);
    if (type == "Add" || type == "Mul" || type == "Sub" || type == "Div") folded = fold_arithmetic(node, op);
    if (!folded) return false;
    if (!op.W.allFinite() || !op.bias.allFinite()) refuse(path_, node, "has numbers that overflow");
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
    const bool flat = shape(from.input(0))->size() == 1;
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
      const bool plane = shape(from.input(0))->size() == 3;
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
  const std::map<std::string, Shape>& shapes_;
  const std::string& path_;
  std::map<std::string, const onnx::TensorProto*> constants_;
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
