#include "evaluate/sensitivity.hpp"

namespace simplicit {
namespace {

// Sums of the absolute entries of each row of the first `cols` columns.
Vector absolute_row_sums(const SparseMatrix& M, Index cols) {
  return M.leftCols(cols).cwiseAbs() * Vector::Ones(cols);
}

}  // namespace

Sensitivity sensitivity(const ImplicitModel& model, const ResolventBound& resolvent) {
  const Vector state_moves = resolvent.apply(absolute_row_sums(model.B, model.inputs()));
  const Matrix C = model.C;
  const Matrix D = SparseMatrix(model.D.leftCols(model.inputs()));
  const Index q = model.outputs();
  Sensitivity result{C.cwiseAbs() * state_moves + absolute_row_sums(model.D, model.inputs()),
                     Matrix::Zero(q, q), Matrix::Zero(q, q)};
  for (Index l = 0; l < q; ++l) {
    for (Index k = 0; k < q; ++k) {
      if (k == l) continue;
      const Eigen::RowVectorXd difference = (C.row(l) - C.row(k)).cwiseAbs();
      result.pairwise(l, k) = difference * state_moves + (D.row(l) - D.row(k)).cwiseAbs().sum();
      result.margin_of_state(l, k) = difference.sum();
    }
  }
  return result;
}

}  // namespace simplicit
