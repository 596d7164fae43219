#include "robustness/system.hpp"

#include <simplicit/base/error.hpp>
#include <simplicit/infer/resolvent_bound.hpp>
#include <simplicit/infer/state_order.hpp>

#include <algorithm>
#include <numeric>

namespace simplicit {
namespace {

// States a sweep takes together where the model has feedback.
constexpr Index states_per_block = 32;

bool is_piecewise_linear(Activation activation) {
  return activation == Activation::relu || activation.kind == Activation::Kind::leaky_relu ||
         activation == Activation::identity;
}

double slope_left_of_zero(Activation activation) {
  if (activation.kind == Activation::Kind::leaky_relu) return activation.slope;
  return activation == Activation::identity ? 1 : 0;
}

struct Order {
  std::vector<Index> states;
  std::vector<StateBlock> blocks;
};

Order by_levels(const std::vector<std::vector<int>>& levels) {
  Order order;
  for (const std::vector<int>& level : levels) {
    order.blocks.push_back({static_cast<Index>(order.states.size()), static_cast<Index>(level.size())});
    order.states.insert(order.states.end(), level.begin(), level.end());
  }
  return order;
}

Order by_sweeps(const SparseMatrix& A, const ResolventBound& resolvent) {
  const Index n = A.rows();
  const SweepOrder sweep = sweep_order(A, resolvent);
  Order order;
  for (Index k = 0; k < n; ++k) order.states.push_back(sweep.state(k, n));
  for (Index first = 0; first < n; first += states_per_block) {
    order.blocks.push_back({first, std::min(states_per_block, n - first)});
  }
  return order;
}

// M with its rows, and its columns too, at new positions.
SparseMatrix reordered(const SparseMatrix& M, const std::vector<Index>* rows,
                       const std::vector<Index>* columns) {
  const auto positions = [](const std::vector<Index>& order) {
    std::vector<int> position(order.size());
    for (std::size_t k = 0; k < order.size(); ++k) {
      position[static_cast<std::size_t>(order[k])] = static_cast<int>(k);
    }
    return position;
  };
  const std::vector<int> row_position = rows ? positions(*rows) : std::vector<int>();
  const std::vector<int> column_position = columns ? positions(*columns) : std::vector<int>();
  std::vector<Eigen::Triplet<double, int>> entries;
  entries.reserve(static_cast<std::size_t>(M.nonZeros()));
  for (int row = 0; row < M.rows(); ++row) {
    for (SparseMatrix::InnerIterator entry(M, row); entry; ++entry) {
      const auto column = static_cast<std::size_t>(entry.col());
      entries.emplace_back(rows ? row_position[static_cast<std::size_t>(row)] : row,
                           columns ? column_position[column] : static_cast<int>(column), entry.value());
    }
  }
  SparseMatrix result(M.rows(), M.cols());
  result.setFromTriplets(entries.begin(), entries.end());
  return result;
}

// The positions in which a block of rows has entries.
StateBlock span_of_columns(const SparseMatrix& rows) {
  Index first = rows.cols();
  Index end = 0;
  for (Index row = 0; row < rows.rows(); ++row) {
    for (SparseMatrix::InnerIterator entry(rows, row); entry; ++entry) {
      first = std::min<Index>(first, entry.col());
      end = std::max<Index>(end, entry.col() + 1);
    }
  }
  return first < end ? StateBlock{first, end - first} : StateBlock{};
}

template <class Scalar>
SystemProducts<Scalar> products_of(const SparseMatrix& A, const SparseMatrix& B, const SparseMatrix& C,
                                   const SparseMatrix& D, const std::vector<StateBlock>& blocks) {
  SystemProducts<Scalar> products;
  const SparseMatrix At = A.transpose();
  for (const StateBlock& block : blocks) {
    const SparseMatrix rows = A.middleRows(block.first, block.size);
    const StateBlock reads = span_of_columns(rows);
    products.read_by.push_back(reads);
    products.into.emplace_back(SparseMatrix(rows.middleCols(reads.first, reads.size)));
    const SparseMatrix readers = At.middleRows(block.first, block.size);
    const StateBlock read = span_of_columns(readers);
    products.readers_of.push_back(read);
    products.out_of.emplace_back(
        SparseMatrix(SparseMatrix(readers.middleCols(read.first, read.size)).transpose()));
  }
  products.driven = span_of_columns(SparseMatrix(B.transpose())).end();
  products.B = Product<Scalar>(SparseMatrix(B.topRows(products.driven)));
  products.C = Product<Scalar>(C);
  products.D = Product<Scalar>(D);
  return products;
}

}  // namespace

System::System(const ImplicitModel& model)
    : activation(model.activation),
      piecewise_linear(is_piecewise_linear(model.activation)),
      slope(slope_left_of_zero(model.activation)),
      bias(model.bias),
      states(model.states()),
      inputs(model.B.cols()),
      outputs(model.outputs()),
      padded_states(padded(model.states())),
      padded_inputs(padded(model.B.cols())) {
  if (!increasing(activation)) {
    throw InputError("bounds and attacks need a function that never falls, the model has " +
                     name_of(activation));
  }
  const std::optional<ResolventBound> resolvent = ResolventBound::of(model.A);
  if (!resolvent) {
    throw InputError("no unique equilibrium can be proven, and so no robustness: the infinity norm of A is " +
                     std::to_string(model.norm_a_inf()) + " and the spectral radius of |A| is not below 1");
  }
  const auto levels = feedforward_levels(model.A);
  feed_forward = levels.has_value();
  Order chosen = levels ? by_levels(*levels) : by_sweeps(model.A, *resolvent);
  order = std::move(chosen.states);
  blocks = std::move(chosen.blocks);
  A = reordered(model.A, &order, &order);
  B = reordered(model.B, &order, nullptr);
  C = reordered(model.C, nullptr, &order);
  D = model.D;
  C_rows = Matrix::Zero(padded_states, outputs);
  C_rows.topRows(states) = Matrix(C).transpose();
  D_rows = Matrix::Zero(padded_inputs, outputs);
  D_rows.topRows(inputs) = Matrix(D).transpose();
  contraction = Vector(states);
  for (Index i = 0; i < states; ++i)
    contraction[i] = resolvent->of_ones()[order[static_cast<std::size_t>(i)]];
  for (Index i = 0; i < states; ++i) {
    reads_states.push_back(A.outerIndexPtr()[i + 1] > A.outerIndexPtr()[i]);
  }
  exact = products_of<double>(A, B, C, D, blocks);
  single = products_of<float>(A, B, C, D, blocks);
  absolute = products_of<double>(A.cwiseAbs(), B.cwiseAbs(), C.cwiseAbs(), D.cwiseAbs(), blocks);
}

}  // namespace simplicit
