#include "layers/onnx_program_writer.hpp"

#include <array>
#include <cmath>

namespace simplicit {
namespace {

using kernels::Combine;
using kernels::Pointwise;

template <Pointwise::Kind kind>
void add_function(ProgramWriter& to, const onnx::NodeProto& node) {
  if (to.is_tensor(node, 0)) to.pointwise(node, kind);
}
void add_leaky_relu(ProgramWriter& to, const onnx::NodeProto& node) {
  to.pointwise(node, Pointwise::Kind::leaky_relu, real_of(node, "alpha", 0.01));
}
void add_elu(ProgramWriter& to, const onnx::NodeProto& node) {
  to.pointwise(node, Pointwise::Kind::elu, real_of(node, "alpha", 1));
}
void add_hard_sigmoid(ProgramWriter& to, const onnx::NodeProto& node) {
  to.pointwise(node, Pointwise::Kind::hard_sigmoid, real_of(node, "alpha", 0.2), real_of(node, "beta", 0.5));
}
void add_clip(ProgramWriter& to, const onnx::NodeProto& node) {
  const std::optional<ClipRange> range = to.clip_range_of(node);
  if (!range) return;
  to.pointwise(node, Pointwise::Kind::clip, static_cast<double>(range->low),
               static_cast<double>(range->high));
}

/// The constant spread over the channels of a tensor of this shape; empty where it differs within a plane.
std::vector<double> one_a_channel(const Numbers& numbers, const Shape& shape) {
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

/// A constant, one number for all or one per channel, on one side.
void add_arithmetic(ProgramWriter& to, const onnx::NodeProto& node, Combine::Kind kind) {
  const bool constant_first = to.is_tensor(node, 1);
  const std::size_t from = to.tensor(node, constant_first ? 1 : 0);
  const std::optional<Numbers> numbers = to.constant(node, constant_first ? 0 : 1);
  const std::string& name = node.input(constant_first ? 1 : 0);
  if (!numbers || to.declared(name) == nullptr) return;
  kernels::ScaleChannels scale;
  for (const double number : one_a_channel(*numbers, *to.declared(name))) {
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
  if (!scale.factor.empty()) to.write(node, std::move(scale), {from}, to.shape(from));
}

template <Combine::Kind kind>
void add_combination(ProgramWriter& to, const onnx::NodeProto& node) {
  if (node.input_size() != 2) return;
  if (!to.is_tensor(node, 0) || !to.is_tensor(node, 1)) return add_arithmetic(to, node, kind);
  std::size_t first = to.tensor(node, 0);
  std::size_t second = to.tensor(node, 1);
  const bool commutes = kind != Combine::Kind::difference && kind != Combine::Kind::quotient;
  if (commutes &&
      to.shape(first).height * to.shape(first).width < to.shape(second).height * to.shape(second).width) {
    std::swap(first, second);
  }
  // A tensor without planes is spread along the last axis by ONNX, not over planes.
  const Shape* one = to.declared(node.input(0));
  const Shape* other = to.declared(node.input(1));
  if (one == nullptr || other == nullptr || one->size() != other->size()) return;
  to.write(node, Combine{kind}, {first, second}, to.shape(first));
}

void add_batch_norm(ProgramWriter& to, const onnx::NodeProto& node) {
  if (!to.is_tensor(node, 0)) return;
  std::array<std::vector<double>, 4> given;  // scale, shift, mean, variance
  for (int i = 0; i < 4; ++i) {
    const std::optional<Numbers> numbers = to.constant(node, i + 1);
    if (!numbers || static_cast<Index>(numbers->values.size()) != to.shape(to.tensor(node, 0)).channels)
      return;
    given[static_cast<std::size_t>(i)] = numbers->values;
  }
  const double epsilon = real_of(node, "epsilon", 1e-5);
  kernels::ScaleChannels scale;
  for (std::size_t c = 0; c < given[0].size(); ++c) {
    const double factor = given[0][c] / std::sqrt(given[3][c] + epsilon);
    scale.factor.push_back(factor);
    scale.shift.push_back(given[1][c] - factor * given[2][c]);
  }
  to.write(node, std::move(scale), {to.tensor(node, 0)}, to.shape(to.tensor(node, 0)));
}

}  // namespace

std::map<std::string, NodeWriter> function_writers() {
  using Kind = Pointwise::Kind;
  return {
      {"Add", add_combination<Combine::Kind::sum>},
      {"BatchNormalization", add_batch_norm},
      {"Clip", add_clip},
      {"Div", add_combination<Combine::Kind::quotient>},
      {"Elu", add_elu},
      {"Erf", add_function<Kind::erf>},
      {"Exp", add_function<Kind::exponential>},
      {"HardSigmoid", add_hard_sigmoid},
      {"HardSwish", add_function<Kind::hard_swish>},
      {"LeakyRelu", add_leaky_relu},
      {"Max", add_combination<Combine::Kind::maximum>},
      {"Min", add_combination<Combine::Kind::minimum>},
      {"Mul", add_combination<Combine::Kind::product>},
      {"Relu", add_function<Kind::relu>},
      {"Sigmoid", add_function<Kind::sigmoid>},
      {"Sqrt", add_function<Kind::square_root>},
      {"Sub", add_combination<Combine::Kind::difference>},
      {"Tanh", add_function<Kind::tanh>},
  };
}

}  // namespace simplicit
