#pragma once

#include <simplicit/infer/state_order.hpp>
#include <simplicit/model/implicit_model.hpp>

#include <string>
#include <vector>

namespace simplicit {

/// The entries of a matrix at these rows and columns, dense.
struct WeightBlock {
  std::string name;
  const SparseMatrix* matrix = nullptr;
  std::vector<int> rows;
  std::vector<int> columns;

  /// (rows x columns), row after row; throws InputError when an entry exceeds the range of float32.
  [[nodiscard]] std::vector<float> values() const;
  [[nodiscard]] double bytes() const;  ///< of values()
  [[nodiscard]] bool empty() const;    ///< whether all entries are zero
};

/// output = sum of weights times input + sum of addends + bias, and phi of that where it is activated.
/// Tensors go by name, weights and biases by their place in UnrolledGraph::blocks.
struct UnrolledStep {
  struct Product {
    std::string input;
    std::size_t weights;
  };
  std::string output;
  std::vector<Product> products;
  std::vector<std::string> addends;
  std::optional<std::size_t> bias;  ///< only beside products
  bool activated = true;
};

/// The model as a list of steps from the input "u" to the output "y"; refers to the model's matrices.
struct UnrolledGraph {
  std::vector<WeightBlock> blocks;
  std::vector<UnrolledStep> steps;

  [[nodiscard]] double bytes() const;     ///< of all blocks
  [[nodiscard]] Index additions() const;  ///< parts that one step adds up, at most
};

/// x_1 = phi(s), x_k = phi(A x_(k-1) + s) with s = B u + b, and y from x_K.
[[nodiscard]] UnrolledGraph picard_graph(const ImplicitModel& model, int iterations);

/// One step for each level, with the blocks of A that are not zero: the exact equilibrium.
[[nodiscard]] UnrolledGraph level_graph(const ImplicitModel& model,
                                        const std::vector<std::vector<int>>& levels);

/// The same function without states that depend on themselves, for phi = relu and identity; others are
/// returned as they are. x = phi(a x + t) with |a| < 1 is x = phi(t / (1 - a)), so that row i of A and B
/// loses a = A_ii and is divided by 1 - a. Iterations converge in fewer steps for it. Throws InputError when
/// an entry of the diagonal is not below 1 in absolute value.
[[nodiscard]] ImplicitModel solve_self_loops(ImplicitModel model);

}  // namespace simplicit
