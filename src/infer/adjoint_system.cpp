#include <simplicit/base/error.hpp>
#include <simplicit/infer/adjoint_system.hpp>
#include <simplicit/infer/block_product.hpp>
#include <simplicit/infer/fixed_point.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace simplicit {
namespace {

ResolventBound resolvent_of(const SparseMatrix& transposed) {
  std::optional<ResolventBound> resolvent = ResolventBound::of(transposed);
  if (resolvent) return *std::move(resolvent);
  throw InputError(
      "the gradient through the equilibrium cannot be bounded: the spectral radius of |A| is too close to 1");
}

}  // namespace

AdjointSystem::AdjointSystem(const SparseMatrix& A, const AdjointSettings& settings)
    : AdjointSystem(SparseMatrix(A.transpose()), resolvent_of(A.transpose()), settings) {}

AdjointSystem::AdjointSystem(SparseMatrix transposed, const ResolventBound& resolvent,
                             const AdjointSettings& settings)
    : settings_(settings), others_(std::move(transposed)), diagonal_(others_.diagonal()) {
  others_.prune([](Index row, Index col, double) { return row != col; });
  others_.makeCompressed();
  order_ = sweep_order(others_, resolvent);
}

void AdjointSystem::sweep(const Matrix& J, const Matrix& S, Matrix& V, Step& step) const {
  const Index n = others_.rows();
  step.change.setZero(V.rows());
  step.size.setZero(V.rows());
  for (Index k = 0; k < n; ++k) {
    const Index i = order_.state(k, n);
    for (Index first = 0; first < V.rows(); first += row_lanes) {
      auto v = V.col(i).segment<row_lanes>(first).array();
      const auto slope = J.col(i).segment<row_lanes>(first).array();
      const RowLanes sum = row_times(others_, i, V, first) + S.col(i).segment<row_lanes>(first).array();
      const RowLanes newest = slope * sum / (1 - slope * diagonal_[i]);
      auto change = step.change.segment<row_lanes>(first);
      auto size = step.size.segment<row_lanes>(first);
      change = change.max((newest - v).abs());
      size = size.max(newest.abs());
      v = newest;
    }
  }
}

bool AdjointSystem::converged(const Step& step) const {
  return (order_.change_factor * step.change <= settings_.tolerance * step.size).all();
}

void AdjointSystem::solve_lane(const Matrix& J, const Matrix& S, Index first,
                               AdjointSolution& solution) const {
  Matrix V = Matrix::Zero(J.rows(), J.cols());
  Step step;
  int iterations = 0;
  do {
    sweep(J, S, V, step);
    ++iterations;
  } while (!converged(step) && iterations < settings_.max_iterations);
  solution.V.middleRows(first, V.rows()) = V;
  solution.error_bound.segment(first, V.rows()) = order_.change_factor * step.change.matrix();
  solution.iterations = std::max(solution.iterations, iterations);
  solution.converged = solution.converged && converged(step);
}

AdjointSolution AdjointSystem::solve(const Matrix& J, const Matrix& S) const {
  SIMPLICIT_ASSERT(J.rows() % lane_width == 0 && J.rows() == S.rows() && J.cols() == others_.rows() &&
                       S.cols() == others_.rows(),
                   std::to_string(J.rows()) + " x " + std::to_string(J.cols()));
  AdjointSolution solution{Matrix(J.rows(), J.cols()), Vector(J.rows())};
  for (Index first = 0; first < J.rows(); first += lane_width) {
    solve_lane(J.middleRows(first, lane_width), S.middleRows(first, lane_width), first, solution);
  }
  return solution;
}

}  // namespace simplicit
