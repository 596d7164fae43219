#pragma once

#include "kernels/common_function.hpp"
#include "kernels/row_spaces.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace simplicit::kernels {

/// Carries rows from tensor to tensor: each entry of a tensor is an affine function of states and inputs, and
/// a step that is not linear makes states of its own. `Space` is Counting or Building.
template <class Space>
class Expansion {
 public:
  using Row = typename Space::Row;

  Expansion(const Program& program, Space& space)
      : program_(program), space_(space), phi_(common_function(program)), tensors_(program.tensors.size()) {}

  Rows<Space> run() {
    for (Index i = 0; i < program_.tensors[0].entries(); ++i) tensors_[0].push_back(Space::input(i));
    for (number_ = 0; number_ < program_.steps.size(); ++number_) {
      rows_.clear();
      std::visit(*this, step().operation);
      space_.end_of_states();
      tensors_[step().output] = std::move(rows_);
      forget_what_nobody_reads();
    }
    return std::move(tensors_[program_.output]);
  }
  [[nodiscard]] Activation phi() const { return phi_; }

  void operator()(const SparseConvolution& layer) {
    const Index area = layer.window.size[0] * layer.window.size[1];
    const Index inputs = in().channels / layer.groups;
    for_each_place([&](Index c, Index y, Index x) {
      if (!layer.bias.empty()) space_.add_constant(layer.bias[static_cast<std::size_t>(c)]);
      const Index group = c / (out().channels / layer.groups);
      for (SparseMatrix::InnerIterator entry(layer.W, c); entry; ++entry) {
        const Index tap = entry.col();
        const Row* row = at(0, group * inputs + tap / area, y, x, layer.window,
                            tap % area / layer.window.size[1], tap % layer.window.size[1]);
        if (row != nullptr) space_.add(entry.value(), *row);
      }
      return space_.take();
    });
  }
  void operator()(const ScaleChannels& scale) {
    for_each_place([&](Index c, Index y, Index x) {
      space_.add(scale.factor[static_cast<std::size_t>(c)], at(0, c, y, x));
      space_.add_constant(scale.shift[static_cast<std::size_t>(c)]);
      return space_.take();
    });
  }
  void operator()(const Combine& combine) {
    using Join = Combine::Kind;
    if (combine.kind == Join::product || combine.kind == Join::quotient) {
      refuse(number_, "multiplies or divides two tensors, which is not linear in pieces");
    }
    const bool spread = in(1) != in(0);
    for_each_place([&](Index c, Index y, Index x) {
      const Row& a = at(0, c, y, x);
      const Row& b = spread ? at(1, c, 0, 0) : at(1, c, y, x);
      if (combine.kind == Join::maximum) return larger(a, b);
      if (combine.kind == Join::minimum) return smaller(a, b);
      return sum(1, a, combine.kind == Join::sum ? 1 : -1, b);
    });
  }
  void operator()(const MaxPool& pool) {
    for_each_place([&](Index c, Index y, Index x) {
      std::optional<Row> largest;
      for (Index row = 0; row < pool.window.size[0]; ++row) {
        for (Index column = 0; column < pool.window.size[1]; ++column) {
          const Row* next = at(0, c, y, x, pool.window, row, column);
          if (next != nullptr) largest = largest ? larger(*largest, *next) : *next;
        }
      }
      return largest.value_or(Row{});
    });
  }
  void operator()(const AveragePool& pool) {
    for_each_place([&](Index c, Index y, Index x) {
      std::vector<const Row*> inside;
      for (Index row = 0; row < pool.window.size[0]; ++row) {
        for (Index column = 0; column < pool.window.size[1]; ++column) {
          const Row* next = at(0, c, y, x, pool.window, row, column);
          if (next != nullptr) inside.push_back(next);
        }
      }
      const Index area = pool.window.size[0] * pool.window.size[1];
      const auto count = static_cast<double>(pool.counts_padding ? area : std::ssize(inside));
      for (const Row* row : inside) space_.add(1 / count, *row);
      return space_.take();
    });
  }
  void operator()(const ZeroPad& pad) {
    for_each_place([&](Index c, Index y, Index x) {
      const Index row = y - pad.before[0];
      const Index column = x - pad.before[1];
      const bool inside = row >= 0 && column >= 0 && row < in().height && column < in().width;
      return inside ? at(0, c, row, column) : Row{};
    });
  }
  void operator()(const Reshape&) { rows_ = tensors_[step().inputs[0]]; }
  void operator()(const Concatenate&) {
    for (const std::size_t input : step().inputs) {
      rows_.insert(rows_.end(), tensors_[input].begin(), tensors_[input].end());
    }
  }
  void operator()(const Pointwise& function) {
    for (const Row& row : tensors_[step().inputs[0]]) rows_.push_back(applied(function, row));
  }
  void operator()(const Softmax&) { refuse(number_, "is a softmax, which is not linear in pieces"); }

 private:
  [[nodiscard]] const Step& step() const { return program_.steps[number_]; }
  [[nodiscard]] const PlaneShape& out() const { return program_.tensors[step().output]; }
  [[nodiscard]] const PlaneShape& in(std::size_t i = 0) const { return program_.tensors[step().inputs[i]]; }
  [[nodiscard]] const Row& at(std::size_t i, Index c, Index y, Index x) const {
    return tensors_[step().inputs[i]][static_cast<std::size_t>((c * in(i).height + y) * in(i).width + x)];
  }
  /// What a tap of the window sees from a place of the output; null outside the plane.
  [[nodiscard]] const Row* at(std::size_t i, Index c, Index y, Index x, const Window& window, Index row,
                              Index column) const {
    const Index down = y * window.stride[0] + row * window.dilation[0] - window.before[0];
    const Index right = x * window.stride[1] + column * window.dilation[1] - window.before[1];
    if (down < 0 || right < 0 || down >= in(i).height || right >= in(i).width) return nullptr;
    return &at(i, c, down, right);
  }
  template <class RowOf>
  void for_each_place(const RowOf& row_of) {
    for (Index c = 0; c < out().channels; ++c) {
      for (Index y = 0; y < out().height; ++y) {
        for (Index x = 0; x < out().width; ++x) rows_.push_back(row_of(c, y, x));
      }
    }
  }

  Row sum(double a, const Row& first, double b, const Row& second) {
    space_.add(a, first);
    space_.add(b, second);
    return space_.take();
  }
  Row affine(double a, const Row& row, double b) {
    space_.add(a, row);
    space_.add_constant(b);
    return space_.take();
  }
  Row larger(const Row& a, const Row& b) { return sum(1, b, 1, space_.state(sum(1, a, -1, b))); }
  Row smaller(const Row& a, const Row& b) { return sum(1, b, -1, space_.state(sum(1, b, -1, a))); }
  /// least + relu(x - least) - relu(x - most), where the bounds are any.
  Row clipped(const Row& row, double least, double most) {
    constexpr double none = 1e38;
    Row result = row;
    if (least > -none) result = affine(1, space_.state(affine(1, row, -least)), least);
    if (most < none) result = sum(1, result, -1, space_.state(affine(1, row, -most)));
    return result;
  }
  Row applied(const Pointwise& function, const Row& row) {
    switch (function.kind) {
      case Pointwise::Kind::affine:
        return affine(function.a, row, function.b);
      case Pointwise::Kind::relu:
      case Pointwise::Kind::tanh:
      case Pointwise::Kind::sigmoid:
        return space_.state(row);
      case Pointwise::Kind::leaky_relu:
        if (phi_.kind == Activation::Kind::leaky_relu) return space_.state(row);
        return sum(function.a, row, 1 - function.a, space_.state(row));
      case Pointwise::Kind::clip:
        return clipped(row, function.a, function.b);
      case Pointwise::Kind::hard_sigmoid:
        return clipped(affine(function.a, row, function.b), 0, 1);
      default:
        refuse(number_, "is a function that is neither linear in pieces nor tanh or sigmoid");
    }
  }

  void forget_what_nobody_reads() {
    for (const std::size_t input : step().inputs) {
      const bool read_later = std::any_of(
          program_.steps.begin() + static_cast<std::ptrdiff_t>(number_) + 1, program_.steps.end(),
          [&](const Step& later) { return std::ranges::find(later.inputs, input) != later.inputs.end(); });
      if (!read_later && input != program_.output) Rows<Space>().swap(tensors_[input]);
    }
  }

  const Program& program_;
  Space& space_;
  Activation phi_;
  std::vector<Rows<Space>> tensors_;
  Rows<Space> rows_;  ///< of the step that is carried through
  std::size_t number_ = 0;
};

}  // namespace simplicit::kernels
