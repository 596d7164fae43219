#include <simplicit/infer/fixed_point.hpp>
#include <simplicit/infer/implicit_gradient.hpp>

#include <algorithm>

namespace simplicit {
namespace {

// The constant input of a bias is not an input to derive by.
SparseMatrix transposed_inputs(const SparseMatrix& M, Index inputs) {
  return SparseMatrix(SparseMatrix(M.leftCols(inputs)).transpose());
}

}  // namespace

ImplicitGradient::ImplicitGradient(const ImplicitModel& model, const AdjointSettings& settings)
    : activation_(model.activation),
      adjoint_(model.A, settings),
      B_transposed_(transposed_inputs(model.B, model.inputs())),
      C_transposed_(SparseMatrix(model.C.transpose())),
      D_transposed_(transposed_inputs(model.D, model.inputs())),
      largest_column_of_B_(
          (transposed_inputs(model.B, model.inputs()).cwiseAbs() * Vector::Ones(model.states())).maxCoeff()) {
}

Matrix ImplicitGradient::slopes_of(const Matrix& X) const {
  return X.transpose().unaryExpr([this](double x) { return derivative_at_value(activation_, x); });
}

InputGradient ImplicitGradient::operator()(const Matrix& X, const Matrix& by_outputs) const {
  InputGradient gradient{Matrix(B_transposed_.rows(), X.cols()), Vector(X.cols())};
  for (Index block = 0; block < X.cols(); block += sample_block) {
    const Index count = std::min(sample_block, X.cols() - block);
    const Matrix g = padded_block(by_outputs, block, sample_block);
    const AdjointSolution solution =
        adjoint_.solve(slopes_of(padded_block(X, block, sample_block)), C_transposed_.times(g));
    const Matrix sums = B_transposed_.times(solution.V.transpose()) + D_transposed_.times(g);
    gradient.by_inputs.middleCols(block, count) = sums.topRows(count).transpose();
    gradient.error_bound.segment(block, count) = largest_column_of_B_ * solution.error_bound.head(count);
    gradient.converged = gradient.converged && solution.converged;
  }
  return gradient;
}

}  // namespace simplicit
