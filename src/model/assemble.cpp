#include <simplicit/base/error.hpp>
#include <simplicit/model/implicit_model.hpp>

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

using Triplet = Eigen::Triplet<double, int>;

// One of [A B] or [C D], collected entry by entry.
struct Blocks {
  std::vector<Triplet> on_states;
  std::vector<Triplet> on_inputs;
};

void require_each_row_once(const std::vector<RowResult>& sorted, Index rows) {
  SIMPLICIT_ASSERT(std::ssize(sorted) == rows, std::to_string(sorted.size()) + " of " + std::to_string(rows));
  for (Index row = 0; row < rows; ++row) {
    const Index found = sorted[static_cast<std::size_t>(row)].row;
    SIMPLICIT_ASSERT(found == row, std::to_string(found) + " in place of " + std::to_string(row));
  }
}

void require_valid_entries(const RowResult& row, Index features) {
  SIMPLICIT_ASSERT(row.columns.size() == row.values.size(), "row " + std::to_string(row.row));
  int previous = -1;
  for (std::size_t k = 0; k < row.columns.size(); ++k) {
    const int column = row.columns[k];
    SIMPLICIT_ASSERT(column > previous && column < features, "column " + std::to_string(column));
    SIMPLICIT_ASSERT(std::isfinite(row.values[k]), "row " + std::to_string(row.row));
    previous = column;
  }
}

double norm_on_states(const RowResult& row, Index states) {
  double sum = 0;
  for (std::size_t k = 0; k < row.columns.size() && row.columns[k] < states; ++k)
    sum += std::abs(row.values[k]);
  return sum;
}

// ‖a‖_1 <= kappa (1 + 1e-12) as the entries are rounded; the loop ends since every turn removes the excess up
// to one rounding, and shrinks by a part more than that.
void scale_into_ball(RowResult& row, Index states, double kappa) {
  for (double norm = norm_on_states(row, states); norm > kappa * (1 + 1e-12);
       norm = norm_on_states(row, states)) {
    const double factor = kappa / norm * (1 - 1e-15);
    for (std::size_t k = 0; k < row.columns.size() && row.columns[k] < states; ++k) row.values[k] *= factor;
  }
}

// Columns of Phi are the states, then the inputs, then the constant: the last two are columns of B or D.
std::int64_t collect(const RowResult& row, Index states, int target_row, Blocks& blocks) {
  std::int64_t nonzeros = 0;
  for (std::size_t k = 0; k < row.columns.size(); ++k) {
    if (row.values[k] == 0) continue;
    const int column = row.columns[k];
    if (column < states) {
      blocks.on_states.emplace_back(target_row, column, row.values[k]);
    } else {
      blocks.on_inputs.emplace_back(target_row, column - static_cast<int>(states), row.values[k]);
    }
    ++nonzeros;
  }
  return nonzeros;
}

SparseMatrix matrix_from(const std::vector<Triplet>& entries, Index rows, Index cols) {
  SparseMatrix matrix(rows, cols);
  matrix.setFromTriplets(entries.begin(), entries.end());
  matrix.makeCompressed();
  return matrix;
}

void append_certificate(const RowResult& row, std::int64_t nonzeros, ImplicitModel::Rows& rows) {
  rows.primal.push_back(row.primal);
  rows.dual.push_back(row.dual);
  rows.relative_gap.push_back(row.relative_gap);
  rows.status.push_back(static_cast<std::int64_t>(row.status));
  rows.iterations.push_back(row.iterations);
  rows.nonzeros.push_back(nonzeros);
  rows.seconds.push_back(row.seconds);
}

}  // namespace

ImplicitModel assemble(const ModelShape& shape, double kappa, std::vector<RowResult> rows) {
  std::ranges::sort(rows, {}, &RowResult::row);
  require_each_row_once(rows, shape.states + shape.outputs);
  const Index input_columns = shape.inputs + (shape.bias ? 1 : 0);

  ImplicitModel model;
  Blocks ab;
  Blocks cd;
  for (RowResult& row : rows) {
    require_valid_entries(row, shape.states + input_columns);
    const bool predicts_state = row.row < shape.states;
    if (predicts_state) scale_into_ball(row, shape.states, kappa);
    const int target_row = static_cast<int>(predicts_state ? row.row : row.row - shape.states);
    append_certificate(row, collect(row, shape.states, target_row, predicts_state ? ab : cd), model.rows);
  }
  model.A = matrix_from(ab.on_states, shape.states, shape.states);
  model.B = matrix_from(ab.on_inputs, shape.states, input_columns);
  model.C = matrix_from(cd.on_states, shape.outputs, shape.states);
  model.D = matrix_from(cd.on_inputs, shape.outputs, input_columns);
  model.bias = shape.bias;
  model.kappa = kappa;
  model.state_scale = Vector::Ones(shape.states);
  return model;
}

}  // namespace simplicit
