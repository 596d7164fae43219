#include "network/onnx_affine.hpp"

#include "network/onnx_affine_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>

// Affine operators entry by entry: arithmetic, reductions, products with constant matrices, batch norms.
// Attributes as in the ONNX operator specification (onnx.ai/onnx/operators).

namespace simplicit {
namespace {

using Shapes = std::vector<Index>;

constexpr Index most_terms = Index{1} << 26;

std::vector<Shapes> all_shapes(const OnnxNode& node) {
  std::vector<Shapes> shapes;
  for (int i = 0; i < node.input_count(); ++i) shapes.push_back(node.full_shape(i));
  return shapes;
}

/// The inputs that the network computes.
std::vector<int> data_inputs(const OnnxNode& node) {
  std::vector<int> inputs;
  for (int i = 0; i < node.input_count(); ++i) {
    if (node.has_input(i) && node.is_tensor(i)) inputs.push_back(i);
  }
  return inputs;
}

/// Samples must stay the first axis: no constant may have more axes or samples of its own.
void require_samples_first(const OnnxNode& node, const Shapes& to) {
  const std::vector<int> data = data_inputs(node);
  for (const int i : data) {
    if (node.full_shape(i).size() != to.size() || to[0] != 1) {
      node.fail("joins a tensor of shape " + shape_text(node.shape(i)) +
                " a sample with one of more axes, or across the samples");
    }
  }
}

AffineMap products(const OnnxNode& node, const std::vector<Shapes>& shapes, const Shapes& to) {
  const bool divides = node.type() == "Div";
  const std::vector<int> data = data_inputs(node);
  if (data.size() > 1)
    node.fail("multiplies or divides two things that the network computes, which is not affine");
  if (divides && !data.empty() && data[0] == 1)
    node.fail("divides by what the network computes, which is not affine");
  const int first = data.empty() ? 0 : data[0];
  const int second = 1 - first;
  const std::vector<double>& factors = node.numbers(second).values;
  const Shapes of_first = broadcast_strides(shapes[static_cast<std::size_t>(first)], to);
  const Shapes of_second = broadcast_strides(shapes[static_cast<std::size_t>(second)], to);
  const bool whole = divides && node.integer_inputs();
  AffineBuilder builder(node, to);
  Index row = 0;
  for_each_index(to, [&](const std::vector<Index>& index) {
    double factor = factors[static_cast<std::size_t>(place_of(index, of_second))];
    if (divides && factor == 0) node.fail("divides by zero");
    if (whole) {
      const double numerator = node.numbers(0).values[static_cast<std::size_t>(place_of(index, of_first))];
      builder.shift(row++, std::trunc(numerator / factor));
      return;
    }
    builder.add(row++, first, place_of(index, of_first), divides ? 1 / factor : factor);
  });
  if (!data.empty()) builder.count(std::ssize(factors), 0);
  return builder.take();
}

}  // namespace

AffineBuilder::AffineBuilder(const OnnxNode& node, std::vector<Index> shape) : node_(node) {
  map_.shift.assign(static_cast<std::size_t>(checked_entries(node, shape)), 0.0);
  map_.shape = std::move(shape);
  for (int i = 0; i < node.input_count(); ++i) {
    Operand operand;
    if (node.has_input(i) && node.is_tensor(i)) {
      operand.place = map_.terms.size();
      map_.terms.emplace_back();
    } else if (node.has_input(i)) {
      operand.values = &node.numbers(i).values;
    }
    operands_.push_back(operand);
  }
}

void AffineBuilder::add_term(std::size_t place, const AffineMap::Term& term) {
  if (++terms_ > most_terms) node_.fail(fmt::format("takes more than {} products a sample", most_terms));
  map_.terms[place].push_back(term);
}

void AffineBuilder::count(Index weights, Index biases) {
  map_.weights += weights;
  map_.biases += biases;
}

AffineMap arithmetic(const OnnxNode& node) {
  if (node.input_count() < 1) node.fail("reads nothing");
  const std::vector<Shapes> shapes = all_shapes(node);
  const Shapes to = broadcast_shape(node, shapes);
  require_samples_first(node, to);
  if (node.type() == "Mul" || node.type() == "Div") {
    node.require_inputs(2, 2);
    return products(node, shapes, to);
  }
  AffineBuilder builder(node, to);
  for (int i = 0; i < node.input_count(); ++i) {
    double factor = 1;
    if (node.type() == "Neg" || (node.type() == "Sub" && i == 1)) factor = -1;
    if (node.type() == "Mean") factor = 1.0 / node.input_count();
    const Shapes strides = broadcast_strides(shapes[static_cast<std::size_t>(i)], to);
    Index row = 0;
    for_each_index(to, [&](const auto& index) { builder.add(row++, i, place_of(index, strides), factor); });
    if (!node.is_tensor(i)) builder.count(0, std::ssize(node.numbers(i).values));
  }
  return builder.take();
}

AffineMap reduction(const OnnxNode& node) {
  const Shapes from = node.full_shape(0);
  std::vector<bool> gone(from.size(), false);
  const bool global = node.type() == "GlobalAveragePool";
  const bool keeps = global || node.integer("keepdims", 1) != 0;
  std::vector<std::int64_t> axes = global ? std::vector<std::int64_t>{} : axes_list(node, 1);
  if (global) {
    for (std::size_t axis = 2; axis < from.size(); ++axis) axes.push_back(static_cast<std::int64_t>(axis));
  } else if (axes.empty() && node.integer("noop_with_empty_axes", 0) == 0) {
    if (node.is_tensor(0)) node.fail("works across the samples");
    for (std::size_t axis = 0; axis < from.size(); ++axis) axes.push_back(static_cast<std::int64_t>(axis));
  }
  double count = 1;
  for (const std::int64_t axis : axes) {
    const std::size_t at = inner_axis_of(node, axis, 0);
    gone[at] = true;
    count *= static_cast<double>(from[at]);
  }
  Shapes kept;    // with axes of length 1 for those that are gone
  Shapes result;  // as the node gives it
  for (std::size_t axis = 0; axis < from.size(); ++axis) {
    kept.push_back(gone[axis] ? 1 : from[axis]);
    if (keeps || !gone[axis]) result.push_back(kept.back());
  }
  const Shapes strides = broadcast_strides(kept, from);
  AffineBuilder builder(node, result);
  const double factor = node.type() == "ReduceSum" ? 1 : 1 / count;
  Index entry = 0;
  for_each_index(from, [&](const auto& index) { builder.add(place_of(index, strides), 0, entry++, factor); });
  return builder.take();
}

AffineMap matrix_product(const OnnxNode& node) {
  const bool gemm = node.type() == "Gemm";
  node.require_inputs(2, gemm ? 3 : 2);
  const std::vector<int> data = data_inputs(node);
  if (node.is_tensor(0) && node.is_tensor(1)) {
    node.fail("multiplies two things that the network computes, as attention does, which is not affine");
  }
  const Shapes a = node.full_shape(0);
  const Shapes b = node.full_shape(1);
  if (a.size() < 2 || b.size() < 2) node.fail("multiplies vectors, matrices are expected");
  const bool flip_a = gemm && node.integer("transA", 0) != 0;
  const bool flip_b = gemm && node.integer("transB", 0) != 0;
  const Index rows = a[a.size() - (flip_a ? 1 : 2)];
  const Index inner = a[a.size() - (flip_a ? 2 : 1)];
  const Index columns = b[b.size() - (flip_b ? 2 : 1)];
  if (b[b.size() - (flip_b ? 1 : 2)] != inner) {
    node.fail("has matrices of shapes " + shape_text(a) + " and " + shape_text(b) + ", which do not fit");
  }
  if (flip_a && node.is_tensor(0) && a.size() == 2) node.fail("transposes its samples");
  Shapes to = broadcast_shape(node, {Shapes(a.begin(), a.end() - 2), Shapes(b.begin(), b.end() - 2)});
  const Shapes outer = to;
  const Shapes outer_a = broadcast_strides(Shapes(a.begin(), a.end() - 2), outer);
  const Shapes outer_b = broadcast_strides(Shapes(b.begin(), b.end() - 2), outer);
  to.insert(to.end(), {rows, columns});
  if (!data.empty()) require_samples_first(node, to);
  const int constant = node.is_tensor(0) ? 1 : 0;
  const std::vector<double>& factors = node.floats(constant).values;
  const double alpha = gemm ? node.real("alpha", 1) : 1;
  AffineBuilder builder(node, to);
  Index row = 0;
  for_each_index(outer, [&](const auto& index) {
    const Index first_a = place_of(index, outer_a) * rows * inner;
    const Index first_b = place_of(index, outer_b) * inner * columns;
    for (Index i = 0; i < rows; ++i) {
      for (Index j = 0; j < columns; ++j, ++row) {
        for (Index k = 0; k < inner; ++k) {
          const Index in_a = first_a + (flip_a ? k * rows + i : i * inner + k);
          const Index in_b = first_b + (flip_b ? j * inner + k : k * columns + j);
          const double factor = factors[static_cast<std::size_t>(constant == 1 ? in_b : in_a)];
          builder.add(row, 1 - constant, constant == 1 ? in_a : in_b, alpha * factor);
        }
      }
    }
  });
  builder.count(std::ssize(factors), 0);
  if (node.has_input(2)) {
    const Shapes strides = broadcast_strides(node.full_shape(2), to);
    row = 0;
    const double beta = node.real("beta", 1);
    for_each_index(to, [&](const auto& index) { builder.add(row++, 2, place_of(index, strides), beta); });
    if (!node.is_tensor(2)) builder.count(0, std::ssize(node.floats(2).values));
  }
  return builder.take();
}

AffineMap batch_normalization(const OnnxNode& node) {
  node.require_inputs(5, 5);
  if (node.integer("training_mode", 0) != 0)
    node.fail("was exported in training mode; call model.eval() first");
  const Shapes from = node.full_shape(0);
  if (from.size() < 2) node.fail("reads a tensor without channels");
  for (int i = 1; i < 5; ++i) (void)node.one_a_channel(i, from[1], "numbers");
  const double epsilon = node.real("epsilon", 1e-5);
  AffineBuilder builder(node, from);
  Index row = 0;
  for_each_index(from, [&](const std::vector<Index>& index) {
    const auto channel = static_cast<std::size_t>(index[1]);
    const auto number = [&](int i) { return node.floats(i).values[channel]; };
    const double deviation = std::sqrt(number(4) + epsilon);
    if (!(deviation > 0)) node.fail(fmt::format("has the variance {} in channel {}", number(4), channel));
    builder.add(row, 0, row, number(1) / deviation);
    builder.shift(row, number(2) - number(1) / deviation * number(3));
    ++row;
  });
  builder.count(from[1], from[1]);
  return builder.take();
}

namespace {

const std::map<std::string, std::function<AffineMap(const OnnxNode&)>>& all() {
  static const std::map<std::string, std::function<AffineMap(const OnnxNode&)>> operators{
      {"Add", arithmetic},
      {"AveragePool", average_pool},
      {"BatchNormalization", batch_normalization},
      {"Conv", convolution},
      {"ConvTranspose", convolution_back},
      {"Div", arithmetic},
      {"Gemm", matrix_product},
      {"GlobalAveragePool", reduction},
      {"MatMul", matrix_product},
      {"Mean", arithmetic},
      {"Mul", arithmetic},
      {"Neg", arithmetic},
      {"ReduceMean", reduction},
      {"ReduceSum", reduction},
      {"Resize", resize},
      {"Sub", arithmetic},
      {"Sum", arithmetic},
      {"Upsample", resize},
  };
  return operators;
}

}  // namespace

bool is_affine(const std::string& type) {
  return all().contains(type);
}

AffineMap affine_map_of(const OnnxNode& node) {
  return all().at(node.type())(node);
}

}  // namespace simplicit
