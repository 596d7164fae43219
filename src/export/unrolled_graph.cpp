#include "export/unrolled_graph.hpp"

#include <simplicit/base/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace simplicit {
namespace {

std::vector<int> first_numbers(Index count) {
  std::vector<int> numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

/// Adds steps with their blocks to a graph; blocks that are all zero are left out.
class GraphBuilder {
 public:
  explicit GraphBuilder(const ImplicitModel& model) : model_(model) {}

  std::size_t add_block(WeightBlock block) {
    graph_.blocks.push_back(std::move(block));
    return graph_.blocks.size() - 1;
  }

  /// A step that starts with M u (+ its constant) for these rows of M = B or D; left out when it is zero and
  /// `may_be_empty`.
  UnrolledStep from_inputs(const std::string& output, const char* name, const SparseMatrix& M,
                           const std::vector<int>& rows, bool may_be_empty) {
    UnrolledStep step;
    step.output = output;
    WeightBlock weights{fmt::format("{}_{}", name, output), &M, rows, first_numbers(model_.inputs())};
    if (may_be_empty && !model_.bias && weights.empty()) return step;
    step.products.push_back({"u", add_block(std::move(weights))});
    if (model_.bias) {
      step.bias = add_block(
          {fmt::format("{}_constant_{}", name, output), &M, rows, {static_cast<int>(model_.inputs())}});
    }
    return step;
  }

  void add_product(UnrolledStep& step, const std::string& input, WeightBlock weights) {
    if (!weights.empty()) step.products.push_back({input, add_block(std::move(weights))});
  }

  void add_step(UnrolledStep step) { graph_.steps.push_back(std::move(step)); }
  UnrolledGraph take() { return std::move(graph_); }

 private:
  const ImplicitModel& model_;
  UnrolledGraph graph_;
};

std::string state_name(std::size_t number) {
  return fmt::format("x_{}", number);
}

}  // namespace

std::vector<float> WeightBlock::values() const {
  std::vector<int> place(static_cast<std::size_t>(matrix->cols()), -1);
  for (std::size_t k = 0; k < columns.size(); ++k) {
    place[static_cast<std::size_t>(columns[k])] = static_cast<int>(k);
  }
  std::vector<float> dense(rows.size() * columns.size(), 0.0F);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (SparseMatrix::InnerIterator entry(*matrix, rows[i]); entry; ++entry) {
      const int column = place[static_cast<std::size_t>(entry.col())];
      if (column < 0) continue;
      if (std::abs(entry.value()) > static_cast<double>(std::numeric_limits<float>::max())) {
        throw InputError(fmt::format("a weight of {:.3g} exceeds the range of float32", entry.value()));
      }
      dense[i * columns.size() + static_cast<std::size_t>(column)] = static_cast<float>(entry.value());
    }
  }
  return dense;
}

double WeightBlock::bytes() const {
  return static_cast<double>(sizeof(float)) * static_cast<double>(rows.size()) *
         static_cast<double>(columns.size());
}

bool WeightBlock::empty() const {
  std::vector<bool> asked(static_cast<std::size_t>(matrix->cols()), false);
  for (const int column : columns) asked[static_cast<std::size_t>(column)] = true;
  for (const int row : rows) {
    for (SparseMatrix::InnerIterator entry(*matrix, row); entry; ++entry) {
      if (asked[static_cast<std::size_t>(entry.col())]) return false;
    }
  }
  return true;
}

double UnrolledGraph::bytes() const {
  return std::accumulate(blocks.begin(), blocks.end(), 0.0,
                         [](double sum, const WeightBlock& block) { return sum + block.bytes(); });
}

Index UnrolledGraph::additions() const {
  std::size_t most = 1;
  for (const UnrolledStep& step : steps) {
    most = std::max(most, step.products.size() + step.addends.size() + (step.bias ? 1 : 0));
  }
  return static_cast<Index>(most);
}

UnrolledGraph picard_graph(const ImplicitModel& model, int iterations) {
  const std::vector<int> states = first_numbers(model.states());
  const std::vector<int> outputs = first_numbers(model.outputs());
  GraphBuilder graph(model);
  UnrolledStep inputs = graph.from_inputs("s", "B", model.B, states, false);
  inputs.activated = false;
  graph.add_step(std::move(inputs));
  graph.add_step({state_name(1), {}, {"s"}, std::nullopt, true});
  if (iterations > 1) {
    const std::size_t A = graph.add_block({"A", &model.A, states, states});
    for (std::size_t k = 2; k <= static_cast<std::size_t>(iterations); ++k) {
      graph.add_step({state_name(k), {{state_name(k - 1), A}}, {"s"}, std::nullopt, true});
    }
  }
  UnrolledStep y = graph.from_inputs("y", "D", model.D, outputs, false);
  y.activated = false;
  graph.add_product(y, state_name(static_cast<std::size_t>(iterations)), {"C", &model.C, outputs, states});
  graph.add_step(std::move(y));
  return graph.take();
}

UnrolledGraph level_graph(const ImplicitModel& model, const std::vector<std::vector<int>>& levels) {
  const std::vector<int> outputs = first_numbers(model.outputs());
  GraphBuilder graph(model);
  for (std::size_t level = 0; level < levels.size(); ++level) {
    const std::string name = state_name(level + 1);
    UnrolledStep x = graph.from_inputs(name, "B", model.B, levels[level], level > 0);
    for (std::size_t used = 0; used < level; ++used) {
      graph.add_product(x, state_name(used + 1),
                        {fmt::format("A_{}_{}", name, used + 1), &model.A, levels[level], levels[used]});
    }
    graph.add_step(std::move(x));
  }
  UnrolledStep y = graph.from_inputs("y", "D", model.D, outputs, false);
  y.activated = false;
  for (std::size_t level = 0; level < levels.size(); ++level) {
    graph.add_product(y, state_name(level + 1),
                      {fmt::format("C_{}", level + 1), &model.C, outputs, levels[level]});
  }
  graph.add_step(std::move(y));
  return graph.take();
}

ImplicitModel solve_self_loops(ImplicitModel model) {
  if (model.activation != Activation::relu && model.activation != Activation::identity) return model;
  const Vector diagonal = model.A.diagonal();
  if (!(diagonal.cwiseAbs().array() < 1).all()) {
    throw InputError("a state depends on itself with a coefficient that is not below 1");
  }
  const Vector factors = (1 - diagonal.array()).inverse();
  model.A.prune([](Index row, Index column, double) { return row != column; });
  model.A = factors.asDiagonal() * model.A;
  model.B = factors.asDiagonal() * model.B;
  return model;
}

}  // namespace simplicit
