#include "network/onnx_folding.hpp"

#include "network/onnx_affine.hpp"
#include "network/onnx_axes.hpp"
#include "network/onnx_rearrangement.hpp"
#include <simplicit/network/onnx_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

// Operators on constants; attributes as in the ONNX operator specification (onnx.ai/onnx/operators).

namespace simplicit {
namespace {

OnnxConstant scalar(double value, bool integer) {
  return {{}, {value}, integer};
}

OnnxConstant shape_of(const OnnxNode& node) {
  std::vector<Index> lengths = node.full_shape(0);
  if (node.is_tensor(0)) lengths[0] = samples_mark;
  const auto rank = static_cast<std::int64_t>(lengths.size());
  const auto place = [&](std::int64_t at) {
    return std::clamp<std::int64_t>(at < 0 ? at + rank : at, 0, rank);
  };
  const std::int64_t first = place(node.integer("start", 0));
  const std::int64_t last = std::max(first, place(node.integer("end", rank)));
  OnnxConstant constant{{last - first}, {}, true};
  for (std::int64_t axis = first; axis < last; ++axis)
    constant.values.push_back(static_cast<double>(lengths[static_cast<std::size_t>(axis)]));
  return constant;
}

OnnxConstant size_of(const OnnxNode& node) {
  double count = node.is_tensor(0) ? static_cast<double>(samples_mark) : 1;
  for (const Index length : node.full_shape(0)) count *= static_cast<double>(length);
  return scalar(count, true);
}

OnnxConstant filled(const OnnxNode& node) {
  const std::vector<std::int64_t> lengths = node.integers(0);
  OnnxConstant value = node.has_attribute("value") ? node.constant() : scalar(0, false);
  if (value.values.size() != 1) node.fail("fills a tensor with other than one number");
  OnnxConstant constant{{lengths.begin(), lengths.end()}, {}, value.integer};
  constant.values.assign(static_cast<std::size_t>(checked_entries(node, constant.shape)), value.values[0]);
  return constant;
}

OnnxConstant range(const OnnxNode& node) {
  node.require_inputs(3, 3);
  for (int i = 0; i < 3; ++i) {
    if (node.numbers(i).values.size() != 1) node.fail("needs single numbers");
  }
  const double start = node.numbers(0).values[0];
  const double step = node.numbers(2).values[0];
  const double count = std::ceil((node.numbers(1).values[0] - start) / step);
  if (!(count <= static_cast<double>(max_tensor_entries))) node.fail("counts too far");
  (void)checked_entries(node, {static_cast<Index>(std::max(count, 0.0))});
  OnnxConstant constant{{}, {}, node.numbers(0).integer};
  for (double i = 0; i < count; ++i) constant.values.push_back(start + i * step);
  constant.shape = {std::ssize(constant.values)};
  return constant;
}

OnnxConstant cast(const OnnxNode& node) {
  OnnxConstant constant = node.numbers(0);
  const std::int64_t to = node.integer("to", 1);
  constexpr std::int64_t real_types[] = {1, 10, 11, 16};  // float32, float16, double, bfloat16
  constexpr std::int64_t truth = 9;
  constant.integer = std::find(std::begin(real_types), std::end(real_types), to) == std::end(real_types);
  for (double& value : constant.values) {
    if (to == truth) {
      value = value != 0 ? 1 : 0;
    } else if (constant.integer) {
      value = std::trunc(value);
    }
  }
  return constant;
}

/// Entry by entry, of one constant.
OnnxConstant each(const OnnxNode& node, double (*function)(double)) {
  OnnxConstant constant = node.numbers(0);
  for (double& value : constant.values) value = function(value);
  return constant;
}

using Binary = double (*)(double, double);

/// Entry by entry, of two or more constants that broadcast.
OnnxConstant joined(const OnnxNode& node, Binary function, bool truth) {
  std::vector<std::vector<Index>> shapes;
  for (int i = 0; i < node.input_count(); ++i) shapes.push_back(node.full_shape(i));
  OnnxConstant result{broadcast_shape(node, shapes), {}, truth || node.integer_inputs()};
  (void)checked_entries(node, result.shape);
  for (int i = 0; i < node.input_count(); ++i) {
    const std::vector<Index> strides = broadcast_strides(shapes[static_cast<std::size_t>(i)], result.shape);
    const std::vector<double>& values = node.numbers(i).values;
    std::size_t entry = 0;
    for_each_index(result.shape, [&](const std::vector<Index>& index) {
      const double value = values[static_cast<std::size_t>(place_of(index, strides))];
      if (i == 0) {
        result.values.push_back(value);
      } else {
        result.values[entry] = function(result.values[entry], value);
      }
      ++entry;
    });
  }
  return result;
}

OnnxConstant where(const OnnxNode& node) {
  node.require_inputs(3, 3);
  std::vector<std::vector<Index>> shapes;
  for (int i = 0; i < 3; ++i) shapes.push_back(node.full_shape(i));
  OnnxConstant result{broadcast_shape(node, shapes), {}, node.numbers(1).integer};
  (void)checked_entries(node, result.shape);
  for_each_index(result.shape, [&](const std::vector<Index>& index) {
    const auto value = [&](int i) {
      const std::vector<Index> strides = broadcast_strides(shapes[static_cast<std::size_t>(i)], result.shape);
      return node.numbers(i).values[static_cast<std::size_t>(place_of(index, strides))];
    };
    result.values.push_back(value(0) != 0 ? value(1) : value(2));
  });
  return result;
}

/// (x - zero point) * scale, one of each for all entries or for each place along an axis.
OnnxConstant dequantized(const OnnxNode& node) {
  node.require_inputs(2, 3);
  OnnxConstant result = node.numbers(0);
  result.integer = false;
  const std::vector<double>& scales = node.floats(1).values;
  const std::vector<double> zeros =
      node.has_input(2) ? node.numbers(2).values : std::vector<double>(scales.size(), 0.0);
  if (zeros.size() != scales.size()) node.fail("has as many scales as zero points only where both fit");
  Index stride = 1;
  if (scales.size() > 1) {
    const std::size_t axis = axis_of(node, node.integer("axis", 1), result.shape.size());
    if (result.shape[axis] != std::ssize(scales)) {
      node.fail(
          fmt::format("has {} scales for {} entries along its axis", scales.size(), result.shape[axis]));
    }
    stride = strides_of(result.shape)[axis];
  }
  for (std::size_t entry = 0; entry < result.values.size(); ++entry) {
    const std::size_t at = entry / static_cast<std::size_t>(stride) % scales.size();
    result.values[entry] = (result.values[entry] - zeros[at]) * scales[at];
  }
  return result;
}

const std::map<std::string, std::function<OnnxConstant(const OnnxNode&)>>& all() {
  const auto unary = [](double (*function)(double)) {
    return [function](const OnnxNode& node) { return each(node, function); };
  };
  const auto binary = [](Binary function, bool truth = false) {
    return [function, truth](const OnnxNode& node) { return joined(node, function, truth); };
  };
  static const std::map<std::string, std::function<OnnxConstant(const OnnxNode&)>> operators{
      {"Abs", unary([](double x) { return std::abs(x); })},
      {"And", binary([](double x, double y) { return x != 0 && y != 0 ? 1.0 : 0.0; }, true)},
      {"Cast", cast},
      {"CastLike",
       [](const OnnxNode& node) {
         OnnxConstant constant = node.numbers(0);
         constant.integer = node.numbers(1).integer;
         return constant;
       }},
      {"Ceil", unary([](double x) { return std::ceil(x); })},
      {"Constant", [](const OnnxNode& node) { return node.constant(); }},
      {"ConstantOfShape", filled},
      {"DequantizeLinear", dequantized},
      {"Dropout", [](const OnnxNode& node) { return node.numbers(0); }},
      {"Equal", binary([](double x, double y) { return x == y ? 1.0 : 0.0; }, true)},
      {"Exp", unary([](double x) { return std::exp(x); })},
      {"Floor", unary([](double x) { return std::floor(x); })},
      {"Greater", binary([](double x, double y) { return x > y ? 1.0 : 0.0; }, true)},
      {"GreaterOrEqual", binary([](double x, double y) { return x >= y ? 1.0 : 0.0; }, true)},
      {"Less", binary([](double x, double y) { return x < y ? 1.0 : 0.0; }, true)},
      {"LessOrEqual", binary([](double x, double y) { return x <= y ? 1.0 : 0.0; }, true)},
      {"Log", unary([](double x) { return std::log(x); })},
      {"Max", binary([](double x, double y) { return std::max(x, y); })},
      {"Min", binary([](double x, double y) { return std::min(x, y); })},
      {"Mod", binary([](double x, double y) {
         return y == 0 ? 0.0 : x - y * std::floor(x / y);  // the sign of the divisor
       })},
      {"Not", unary([](double x) { return x == 0 ? 1.0 : 0.0; })},
      {"Or", binary([](double x, double y) { return x != 0 || y != 0 ? 1.0 : 0.0; }, true)},
      {"Pow", binary([](double x, double y) { return std::pow(x, y); })},
      {"Range", range},
      {"Reciprocal", unary([](double x) { return 1 / x; })},
      {"Relu", unary([](double x) { return std::max(x, 0.0); })},
      {"Round", unary([](double x) { return std::nearbyint(x); })},
      {"Shape", shape_of},
      {"Sigmoid", unary([](double x) { return 1 / (1 + std::exp(-x)); })},
      {"Sign", unary([](double x) { return x > 0   ? 1.0
                                           : x < 0 ? -1.0
                                                   : 0.0; })},
      {"Size", size_of},
      {"Sqrt", unary([](double x) { return std::sqrt(x); })},
      {"Tanh", unary([](double x) { return std::tanh(x); })},
      {"Where", where},
  };
  return operators;
}

std::vector<OnnxConstant> rearranged(const OnnxNode& node) {
  std::vector<OnnxConstant> results;
  for (const Rearrangement& rearrangement : rearrangements_of(node)) {
    OnnxConstant constant{rearrangement.shape, {}, node.numbers(0).integer};
    constant.values.reserve(rearrangement.sources.size());
    for (const Rearrangement::Source& source : rearrangement.sources) {
      constant.values.push_back(
          source.input < 0 ? rearrangement.fill
                           : node.numbers(source.input).values[static_cast<std::size_t>(source.entry)]);
    }
    results.push_back(std::move(constant));
  }
  return results;
}

}  // namespace

bool is_known_beforehand(const OnnxNode& node) {
  if (node.type() == "Shape" || node.type() == "Size" || node.type() == "Constant") return true;
  if (node.input_count() == 0) return false;
  for (int i = 0; i < node.input_count(); ++i) {
    if (node.has_input(i) && node.is_tensor(i)) return false;
  }
  return true;
}

std::vector<OnnxConstant> fold(const OnnxNode& node) {
  if (const auto found = all().find(node.type()); found != all().end()) return {found->second(node)};
  if (is_rearrangement(node.type())) return rearranged(node);
  if (is_affine(node.type())) {
    AffineMap map = affine_map_of(node);
    return {OnnxConstant{std::move(map.shape), std::move(map.shift), node.integer_inputs()}};
  }
  node.fail("computes a constant in a way that is not read; fold constants when exporting");
}

}  // namespace simplicit
