#include "layers/onnx_model.hpp"
#include <simplicit/layers/kernel_program.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>

namespace simplicit {
namespace {

using kernels::Combine;
using kernels::PlaneShape;
using kernels::Pointwise;

/// (features), (channels, length) or (channels, height, width) as planes; nothing for anything else.
std::optional<PlaneShape> planes_of(const Shape& shape) {
  if (shape.size() == 1) return PlaneShape{shape[0], 1, 1};
  if (shape.size() == 2) return PlaneShape{shape[0], 1, shape[1]};
  if (shape.size() == 3) return PlaneShape{shape[0], shape[1], shape[2]};
  return std::nullopt;
}

/// Turns the nodes of a model into steps. A node that has no equal among the steps is left out, and so is
/// everything that needs it; the result is a program when the output is still there.
class Translator {
 public:
  explicit Translator(const LayeredNetwork& network)
      : network_(network),
        model_(parse_model(network.onnx, "the network")),
        constants_(initializers_of(model_)) {
    for (std::size_t i = 0; i < network.operators.size(); ++i) operator_of_[network.operators[i].output] = i;
    for (const auto& set : model_.opset_import()) {
      if (set.domain().empty() || set.domain() == "ai.onnx") operator_set_ = set.version();
    }
  }

  std::optional<kernels::Program> run() {
    const std::optional<PlaneShape> input = planes_of(network_.input_shape);
    if (!input) return std::nullopt;
    program_.tensors.push_back(*input);
    tensors_[network_.input] = 0;
    for (const onnx::NodeProto& node : model_.graph().node()) add(node);
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

 private:
  // --- what a node reads and writes ---

  /// Whether node's input i is a tensor that a step writes.
  [[nodiscard]] bool is_tensor(const onnx::NodeProto& node, int i) const {
    return i < node.input_size() && tensors_.contains(node.input(i));
  }
  [[nodiscard]] std::size_t tensor(const onnx::NodeProto& node, int i) const {
    return tensors_.at(node.input(i));
  }
  [[nodiscard]] const PlaneShape& shape(std::size_t tensor) const { return program_.tensors[tensor]; }
  /// As OpenCV says it is.
  [[nodiscard]] const Shape* declared(const std::string& name) const {
    const auto found = network_.shapes.find(name);
    return found == network_.shapes.end() ? nullptr : &found->second;
  }
  [[nodiscard]] std::optional<Numbers> constant(const onnx::NodeProto& node, int i) const {
    if (i >= node.input_size()) return std::nullopt;
    const auto found = constants_.find(node.input(i));
    if (found == constants_.end()) return std::nullopt;
    return numbers_of(*found->second, "the network");
  }
  [[nodiscard]] std::optional<std::vector<std::int64_t>> integers(const onnx::NodeProto& node, int i) const {
    if (i >= node.input_size()) return std::nullopt;
    const auto found = constants_.find(node.input(i));
    if (found == constants_.end()) return std::nullopt;
    return integers_of(*found->second);
  }
  /// A list that newer operator sets have as an input.
  [[nodiscard]] std::vector<std::int64_t> list_or_input(const onnx::NodeProto& node, const std::string& name,
                                                        int input) const {
    std::vector<std::int64_t> list = list_of(node, name);
    if (list.empty()) list = integers(node, input).value_or(list);
    return list;
  }

  std::size_t new_tensor(const PlaneShape& shape) {
    program_.tensors.push_back(shape);
    return program_.tensors.size() - 1;
  }
  std::size_t step(kernels::Operation operation, std::vector<std::size_t> inputs, const PlaneShape& output) {
    const std::size_t written = new_tensor(output);
    program_.steps.push_back({std::move(operation), std::move(inputs), written});
    return written;
  }
  std::size_t with_shape(std::size_t from, const PlaneShape& wanted) {
    return shape(from) == wanted ? from : step(kernels::Reshape{}, {from}, wanted);
  }
  void write(const onnx::NodeProto& node, kernels::Operation operation, std::vector<std::size_t> inputs,
             const PlaneShape& output) {
    tensors_[node.output(0)] = step(std::move(operation), std::move(inputs), output);
  }
  void pointwise(const onnx::NodeProto& node, Pointwise::Kind kind, double a = 0, double b = 0) {
    write(node, Pointwise{kind, a, b}, {tensor(node, 0)}, shape(tensor(node, 0)));
  }

  // --- one node after the other ---

  void add(const onnx::NodeProto& node) {
    if (node.output_size() < 1) return;
    const auto weighted = operator_of_.find(node.output(0));
    if (weighted != operator_of_.end()) return add_operator(weighted->second);
    if (!is_tensor(node, 0) && !is_tensor(node, 1)) return;
    const auto reader = readers().find(node.op_type());
    if (reader != readers().end()) (this->*reader->second)(node);
  }

  void add_operator(std::size_t i) {
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

  template <Pointwise::Kind kind>
  void add_function(const onnx::NodeProto& node) {
    if (is_tensor(node, 0)) pointwise(node, kind);
  }
  void add_leaky_relu(const onnx::NodeProto& node) {
    pointwise(node, Pointwise::Kind::leaky_relu, real_of(node, "alpha", 0.01));
  }
  void add_elu(const onnx::NodeProto& node) {
    pointwise(node, Pointwise::Kind::elu, real_of(node, "alpha", 1));
  }
  void add_hard_sigmoid(const onnx::NodeProto& node) {
    pointwise(node, Pointwise::Kind::hard_sigmoid, real_of(node, "alpha", 0.2), real_of(node, "beta", 0.5));
  }
  void add_clip(const onnx::NodeProto& node) {
    const auto bound = [&](const char* name, int input, double otherwise) {
      if (input < node.input_size() && !node.input(input).empty()) {
        const std::optional<Numbers> number = constant(node, input);
        return number && number->values.size() == 1 ? std::optional<double>(number->values[0]) : std::nullopt;
      }
      return std::optional<double>(real_of(node, name, otherwise));
    };
    const std::optional<double> least = bound("min", 1, std::numeric_limits<float>::lowest());
    const std::optional<double> most = bound("max", 2, std::numeric_limits<float>::max());
    if (least && most) pointwise(node, Pointwise::Kind::clip, *least, *most);
  }

  template <Combine::Kind kind>
  void add_combination(const onnx::NodeProto& node) {
    if (node.input_size() != 2) return;
    if (!is_tensor(node, 0) || !is_tensor(node, 1)) return add_arithmetic(node, kind);
    std::size_t first = tensor(node, 0);
    std::size_t second = tensor(node, 1);
    const bool commutes = kind != Combine::Kind::difference && kind != Combine::Kind::quotient;
    if (commutes && shape(first).height * shape(first).width < shape(second).height * shape(second).width) {
      std::swap(first, second);
    }
    // A tensor without planes is spread along the last axis by ONNX, not over planes.
    const Shape* one = declared(node.input(0));
    const Shape* other = declared(node.input(1));
    if (one == nullptr || other == nullptr || one->size() != other->size()) return;
    write(node, Combine{kind}, {first, second}, shape(first));
  }

  /// A constant, one number for all or one per channel, on one side.
  void add_arithmetic(const onnx::NodeProto& node, Combine::Kind kind) {
    const bool constant_first = is_tensor(node, 1);
    const std::size_t from = tensor(node, constant_first ? 1 : 0);
    const std::optional<Numbers> numbers = constant(node, constant_first ? 0 : 1);
    const std::string& name = node.input(constant_first ? 1 : 0);
    if (!numbers || declared(name) == nullptr) return;
    kernels::ScaleChannels scale;
    for (const double number : one_a_channel(*numbers, *declared(name))) {
      switch (kind) {
        case Combine::Kind::sum:
          scale.factor.push_back(1);
          scale.shift.push_back(number);
          break;
        case Combine::Kind::difference:
          scale.factor.push_back(constant_first ? -1 : 1);
          scale.shift.push_back(constant_first ? number : -number);
          break;
        case Combine::Kind::product:
          scale.factor.push_back(number);
          scale.shift.push_back(0);
          break;
        case Combine::Kind::quotient:
          if (constant_first || number == 0) return;
          scale.factor.push_back(1 / number);
          scale.shift.push_back(0);
          break;
        default:
          return;
      }
    }
    if (!scale.factor.empty()) write(node, std::move(scale), {from}, shape(from));
  }

  /// The constant spread over the channels of a tensor of this shape; empty where it differs within a plane.
  static std::vector<double> one_a_channel(const Numbers& numbers, const Shape& shape) {
    const auto channels = static_cast<std::size_t>(shape[0]);
    if (numbers.values.size() == 1) return std::vector<double>(channels, numbers.values[0]);
    if (numbers.values.size() != channels) return {};
    // Axes are counted from the last: the channels stand before as many ones as the sample has axes behind
    // them.
    const std::size_t behind = shape.size() - 1;
    if (numbers.shape.size() < behind + 1) return {};
    if (numbers.shape[numbers.shape.size() - 1 - behind] != shape[0]) return {};
    return numbers.values;
  }

  void add_batch_norm(const onnx::NodeProto& node) {
    if (!is_tensor(node, 0)) return;
    std::array<std::vector<double>, 4> given;  // scale, shift, mean, variance
    for (int i = 0; i < 4; ++i) {
      const std::optional<Numbers> numbers = constant(node, i + 1);
      if (!numbers || static_cast<Index>(numbers->values.size()) != shape(tensor(node, 0)).channels) return;
      given[static_cast<std::size_t>(i)] = numbers->values;
    }
    const double epsilon = real_of(node, "epsilon", 1e-5);
    kernels::ScaleChannels scale;
    for (std::size_t c = 0; c < given[0].size(); ++c) {
      const double factor = given[0][c] / std::sqrt(given[3][c] + epsilon);
      scale.factor.push_back(factor);
      scale.shift.push_back(given[1][c] - factor * given[2][c]);
    }
    write(node, std::move(scale), {tensor(node, 0)}, shape(tensor(node, 0)));
  }

  // --- windows ---

  /// The window of a pool over planes of this shape, wide enough for the places that the output has.
  std::optional<Window> window_of(const onnx::NodeProto& node, const Shape& input, const PlaneShape& in,
                                  const PlaneShape& out) const {
    const std::size_t axes = input.size() - 1;
    if (axes < 1 || axes > 2) return std::nullopt;
    const auto pair = [&](const char* name, std::size_t part) {
      std::array<Index, 2> values{1, 1};
      if (std::string(name) == "pads") values = {0, 0};
      const std::vector<std::int64_t> list = list_of(node, name);
      for (std::size_t axis = 0; axis < axes && part * axes + axis < list.size(); ++axis) {
        values[2 - axes + axis] = list[part * axes + axis];
      }
      return values;
    };
    if (list_of(node, "kernel_shape").size() != axes) return std::nullopt;
    Window window{pair("kernel_shape", 0), pair("strides", 0), pair("dilations", 0), pair("pads", 0),
                  pair("pads", 1)};
    const std::string auto_pad = text_of(node, "auto_pad", "NOTSET");
    const std::array<Index, 2> planes{in.height, in.width};
    const std::array<Index, 2> places{out.height, out.width};
    for (std::size_t axis = 0; axis < 2; ++axis) {
      const Index reach =
          (places[axis] - 1) * window.stride[axis] + (window.size[axis] - 1) * window.dilation[axis] + 1;
      const Index beyond = std::max<Index>(reach - planes[axis], 0);
      if (auto_pad == "SAME_UPPER") window.before[axis] = beyond / 2;
      if (auto_pad == "SAME_LOWER") window.before[axis] = (beyond + 1) / 2;
      window.after[axis] = std::max(window.after[axis], reach - planes[axis] - window.before[axis]);
    }
    return window;
  }

  template <bool maximum>
  void add_pool(const onnx::NodeProto& node) {
    const Shape* input = declared(node.input(0));
    const Shape* output = declared(node.output(0));
    if (!is_tensor(node, 0) || input == nullptr || output == nullptr || output->size() != input->size())
      return;
    const std::optional<PlaneShape> out = planes_of(*output);
    const PlaneShape in = shape(tensor(node, 0));
    const bool rounds_up = integer_of(node, "ceil_mode", 0) != 0;
    const bool counts = integer_of(node, "count_include_pad", 0) != 0;
    if (!out || (!maximum && rounds_up && counts)) return;
    const std::optional<Window> window = window_of(node, *input, in, *out);
    if (!window) return;
    if (maximum)
      write(node, kernels::MaxPool{*window}, {tensor(node, 0)}, *out);
    else
      write(node, kernels::AveragePool{*window, counts}, {tensor(node, 0)}, *out);
  }

  template <bool maximum>
  void add_global_pool(const onnx::NodeProto& node) {
    const PlaneShape in = shape(tensor(node, 0));
    const Window window{{in.height, in.width}, {1, 1}, {1, 1}, {0, 0}, {0, 0}};
    const PlaneShape out{in.channels, 1, 1};
    if (maximum)
      write(node, kernels::MaxPool{window}, {tensor(node, 0)}, out);
    else
      write(node, kernels::AveragePool{window, false}, {tensor(node, 0)}, out);
  }

  /// The mean over all places of a plane.
  void add_reduce_mean(const onnx::NodeProto& node) {
    const Shape* input = declared(node.input(0));
    if (!is_tensor(node, 0) || input == nullptr) return;
    const auto rank = static_cast<std::int64_t>(input->size()) + 1;
    std::set<std::int64_t> axes;
    for (const std::int64_t axis : list_or_input(node, "axes", 1)) axes.insert(axis < 0 ? axis + rank : axis);
    std::set<std::int64_t> places;
    for (std::int64_t axis = 2; axis < rank; ++axis) places.insert(axis);
    if (!places.empty() && axes == places) add_global_pool<false>(node);
  }

  // --- places of entries ---

  void add_pad(const onnx::NodeProto& node) {
    const std::vector<std::int64_t> pads = list_or_input(node, "pads", 1);
    const Shape* input = declared(node.input(0));
    if (!is_tensor(node, 0) || input == nullptr || text_of(node, "mode", "constant") != "constant") return;
    const std::optional<Numbers> value = constant(node, 2);
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
    const PlaneShape in = shape(tensor(node, 0));
    write(node, pad, {tensor(node, 0)},
          {in.channels, in.height + pad.before[0] + pad.after[0], in.width + pad.before[1] + pad.after[1]});
  }

  void add_reshape(const onnx::NodeProto& node) {
    const Shape* output = declared(node.output(0));
    const std::optional<PlaneShape> out = output == nullptr ? std::nullopt : planes_of(*output);
    if (!is_tensor(node, 0) || !out || out->entries() != shape(tensor(node, 0)).entries()) return;
    write(node, kernels::Reshape{}, {tensor(node, 0)}, *out);
  }

  void add_concatenation(const onnx::NodeProto& node) {
    const Shape* output = declared(node.output(0));
    if (output == nullptr) return;
    const std::int64_t axis = integer_of(node, "axis", 1);
    const auto rank = static_cast<std::int64_t>(output->size()) + 1;
    if ((axis < 0 ? axis + rank : axis) != 1) return;
    std::vector<std::size_t> parts;
    PlaneShape joined{0, 1, 1};
    for (int i = 0; i < node.input_size(); ++i) {
      if (!is_tensor(node, i)) return;
      parts.push_back(tensor(node, i));
      joined = {joined.channels + shape(parts.back()).channels, shape(parts.back()).height,
                shape(parts.back()).width};
    }
    write(node, kernels::Concatenate{}, parts, joined);
  }

  template <bool logarithm>
  void add_softmax(const onnx::NodeProto& node) {
    const Shape* input = declared(node.input(0));
    if (!is_tensor(node, 0) || input == nullptr) return;
    const auto rank = static_cast<std::int64_t>(input->size()) + 1;
    constexpr std::int64_t along_one_axis_since = 13;
    const bool along_one_axis = operator_set_ >= along_one_axis_since;
    const std::int64_t axis = integer_of(node, "axis", along_one_axis ? -1 : 1);
    const bool over_channels = (axis < 0 ? axis + rank : axis) == 1;
    const PlaneShape in = shape(tensor(node, 0));
    if (!over_channels || (!along_one_axis && in.height * in.width != 1)) return;
    write(node, kernels::Softmax{logarithm}, {tensor(node, 0)}, in);
  }

  using Reader = void (Translator::*)(const onnx::NodeProto&);
  static const std::map<std::string, Reader>& readers() {
    using Kind = Pointwise::Kind;
    static const std::map<std::string, Reader> all{
        {"Add", &Translator::add_combination<Combine::Kind::sum>},
        {"AveragePool", &Translator::add_pool<false>},
        {"BatchNormalization", &Translator::add_batch_norm},
        {"Clip", &Translator::add_clip},
        {"Concat", &Translator::add_concatenation},
        {"Div", &Translator::add_combination<Combine::Kind::quotient>},
        {"Elu", &Translator::add_elu},
        {"Erf", &Translator::add_function<Kind::erf>},
        {"Exp", &Translator::add_function<Kind::exponential>},
        {"Flatten", &Translator::add_reshape},
        {"GlobalAveragePool", &Translator::add_global_pool<false>},
        {"GlobalMaxPool", &Translator::add_global_pool<true>},
        {"HardSigmoid", &Translator::add_hard_sigmoid},
        {"HardSwish", &Translator::add_function<Kind::hard_swish>},
        {"LeakyRelu", &Translator::add_leaky_relu},
        {"LogSoftmax", &Translator::add_softmax<true>},
        {"Max", &Translator::add_combination<Combine::Kind::maximum>},
        {"MaxPool", &Translator::add_pool<true>},
        {"Min", &Translator::add_combination<Combine::Kind::minimum>},
        {"Mul", &Translator::add_combination<Combine::Kind::product>},
        {"Pad", &Translator::add_pad},
        {"ReduceMean", &Translator::add_reduce_mean},
        {"Relu", &Translator::add_function<Kind::relu>},
        {"Reshape", &Translator::add_reshape},
        {"Sigmoid", &Translator::add_function<Kind::sigmoid>},
        {"Softmax", &Translator::add_softmax<false>},
        {"Sqrt", &Translator::add_function<Kind::square_root>},
        {"Squeeze", &Translator::add_reshape},
        {"Sub", &Translator::add_combination<Combine::Kind::difference>},
        {"Tanh", &Translator::add_function<Kind::tanh>},
        {"Unsqueeze", &Translator::add_reshape},
    };
    return all;
  }

  void leave_out_unused() {
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

  const LayeredNetwork& network_;
  const onnx::ModelProto model_;
  std::map<std::string, const onnx::TensorProto*> constants_;
  std::map<std::string, std::size_t> operator_of_;  ///< by the tensor that it writes
  std::int64_t operator_set_ = 0;
  std::map<std::string, std::size_t> tensors_;  ///< those of the program, by name
  kernels::Program program_;
};

}  // namespace

std::optional<kernels::Program> kernel_program(const LayeredNetwork& network) {
  return Translator(network).run();
}

}  // namespace simplicit
