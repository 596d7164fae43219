#include <simplicit/kernels/implicit_form.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace simplicit::kernels {
namespace {

using Kind = Pointwise::Kind;

/// The rows that belong to the entries of one tensor: each entry is an affine function of states and inputs.
template <class Space>
using Rows = std::vector<typename Space::Row>;

/// Counts what a row holds at most.
class Counting {
 public:
  using Row = double;  ///< entries

  explicit Counting(Index inputs) : columns_(static_cast<double>(inputs) + 1) {}
  static Row input(Index) { return 1; }
  void add(double, const Row& row) { sum_ += row; }
  void add_constant(double) { sum_ += 1; }
  Row take() { return std::exchange(sum_, 0); }
  Row state(Row row) {
    size_.nonzeros += std::min(row, columns_ + static_cast<double>(size_.states));
    ++size_.states;
    return 1;
  }
  void end_of_states() {}
  ImplicitSize size(const Rows<Counting>& outputs) const {
    ImplicitSize all = size_;
    for (const double row : outputs)
      all.nonzeros += std::min(row, columns_ + static_cast<double>(size_.states));
    return all;
  }

 private:
  double columns_;
  double sum_ = 0;
  ImplicitSize size_;
};

/// Builds the rows: sorted columns, the inputs first, then the constant, then the states as they come up.
class Building {
 public:
  using Row = std::vector<std::pair<Index, double>>;

  explicit Building(Index inputs, Index states)
      : inputs_(inputs), sum_(static_cast<std::size_t>(inputs + 1 + states), 0), used_(sum_.size(), false) {
    groups_.push_back(0);
  }
  static Row input(Index i) { return {{i, 1.0}}; }
  void add(double factor, const Row& row) {
    for (const auto& [column, value] : row) add_to(column, factor * value);
  }
  void add_constant(double value) {
    if (value != 0) add_to(inputs_, value);
  }
  Row take() {
    std::sort(touched_.begin(), touched_.end());
    Row row;
    row.reserve(touched_.size());
    for (const Index column : touched_) {
      const auto at = static_cast<std::size_t>(column);
      if (sum_[at] != 0) row.emplace_back(column, sum_[at]);
      sum_[at] = 0;
      used_[at] = false;
    }
    touched_.clear();
    return row;
  }
  Row state(Row row) {
    // The states of a group do not use each other.
    if (!row.empty() && row.back().first > inputs_ + groups_.back()) end_of_states();
    states_.push_back(std::move(row));
    return {{inputs_ + std::ssize(states_), 1.0}};
  }
  void end_of_states() {
    if (groups_.back() != std::ssize(states_)) groups_.push_back(std::ssize(states_));
  }

  ImplicitForm form(const Rows<Building>& outputs) const {
    const Index n = std::ssize(states_);
    // The groups of states change their order, the states of a group keep theirs.
    std::vector<Index> place(static_cast<std::size_t>(n));
    std::vector<Index> order;
    for (std::size_t group = groups_.size() - 1; group > 0; --group) {
      for (Index state = groups_[group - 1]; state < groups_[group]; ++state) {
        place[static_cast<std::size_t>(state)] = std::ssize(order);
        order.push_back(state);
      }
    }
    ImplicitForm form;
    form.A.resize(n, n);
    form.B.resize(n, inputs_ + 1);
    form.C.resize(std::ssize(outputs), n);
    form.D.resize(std::ssize(outputs), inputs_ + 1);
    std::vector<const Row*> rows;
    for (const Index state : order) rows.push_back(&states_[static_cast<std::size_t>(state)]);
    fill(form.A, form.B, rows, place);
    rows.clear();
    for (const Row& row : outputs) rows.push_back(&row);
    fill(form.C, form.D, rows, place);
    return form;
  }

 private:
  void add_to(Index column, double value) {
    const auto at = static_cast<std::size_t>(column);
    if (!used_[at]) touched_.push_back(column);
    used_[at] = true;
    sum_[at] += value;
  }

  void fill(SparseMatrix& of_states, SparseMatrix& of_inputs, const std::vector<const Row*>& rows,
            const std::vector<Index>& place) const {
    std::vector<std::pair<Index, double>> states;
    for (Index i = 0; i < std::ssize(rows); ++i) {
      states.clear();
      of_states.startVec(i);
      of_inputs.startVec(i);
      for (const auto& [column, value] : *rows[static_cast<std::size_t>(i)]) {
        if (column <= inputs_) {
          of_inputs.insertBack(i, column) = value;
        } else {
          states.emplace_back(place[static_cast<std::size_t>(column - inputs_ - 1)], value);
        }
      }
      std::sort(states.begin(), states.end());
      for (const auto& [column, value] : states) of_states.insertBack(i, column) = value;
    }
    of_states.finalize();
    of_inputs.finalize();
  }

  Index inputs_;
  std::vector<double> sum_;  ///< a dense row
  std::vector<bool> used_;
  std::vector<Index> touched_;
  Rows<Building> states_;
  std::vector<Index> groups_;  ///< where the states of one step begin, and the end
};

[[noreturn]] void refuse(std::size_t step, const std::string& what) {
  throw std::invalid_argument("step " + std::to_string(step) + " " + what);
}

bool is_linear(const Operation& operation) {
  if (const auto* combine = std::get_if<Combine>(&operation)) {
    return combine->kind == Combine::Kind::sum || combine->kind == Combine::Kind::difference;
  }
  if (const auto* function = std::get_if<Pointwise>(&operation)) return function->kind == Kind::affine;
  return !std::holds_alternative<MaxPool>(operation) && !std::holds_alternative<Softmax>(operation);
}

/// The function that all steps which are not linear have in common: tanh, sigmoid, leaky ReLU of the usual
/// slope, or ReLU, which serves all that are linear in pieces.
Activation common_function(const Program& program) {
  std::optional<Activation> common;
  for (std::size_t i = 0; i < program.steps.size(); ++i) {
    if (is_linear(program.steps[i].operation)) continue;
    Activation wanted = Activation::relu;
    if (const auto* function = std::get_if<Pointwise>(&program.steps[i].operation)) {
      if (function->kind == Kind::tanh) wanted = Activation::tanh;
      if (function->kind == Kind::sigmoid) wanted = Activation::sigmoid;
      if (function->kind == Kind::leaky_relu && std::abs(function->a) <= 1)
        wanted = std::abs(function->a - leaky_relu_slope) < 1e-7 ? Activation::leaky_relu
                                                                 : Activation::leaky(function->a);
    }
    const auto by_relu = [](Activation phi) {
      return phi == Activation::relu || phi.kind == Activation::Kind::leaky_relu;
    };
    if (common && wanted != *common) {
      if (!by_relu(wanted) || !by_relu(*common)) {
        refuse(i, "asks for " + name_of(wanted) + " where others need " + name_of(*common) +
                      ": a model has one function");
      }
      wanted = Activation::relu;
    }
    common = wanted;
  }
  return common.value_or(Activation::relu);
}

/// Carries rows from tensor to tensor.
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
      case Kind::affine:
        return affine(function.a, row, function.b);
      case Kind::relu:
      case Kind::tanh:
      case Kind::sigmoid:
        return space_.state(row);
      case Kind::leaky_relu:
        if (phi_.kind == Activation::Kind::leaky_relu) return space_.state(row);
        return sum(function.a, row, 1 - function.a, space_.state(row));
      case Kind::clip:
        return clipped(row, function.a, function.b);
      case Kind::hard_sigmoid:
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

}  // namespace

ImplicitSize implicit_size(const Program& program) {
  Counting space(program.tensors[0].entries());
  const Rows<Counting> outputs = Expansion<Counting>(program, space).run();
  return space.size(outputs);
}

ImplicitForm implicit_form(const Program& program) {
  const ImplicitSize size = implicit_size(program);
  if (size.nonzeros > std::numeric_limits<int>::max()) {
    throw std::invalid_argument("its rows hold more than 2147483647 numbers");
  }
  Building space(program.tensors[0].entries(), size.states);
  Expansion<Building> expansion(program, space);
  const Rows<Building> outputs = expansion.run();
  ImplicitForm form = space.form(outputs);
  form.phi = expansion.phi();
  return form;
}

}  // namespace simplicit::kernels
