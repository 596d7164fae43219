#include "infer/gauss_seidel.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/infer/block_product.hpp>
#include <simplicit/infer/fixed_point.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace simplicit {
namespace {

// B u up to here cannot overflow later: states are at most 1e12 times as large.
constexpr double largest_input = 1e290;

ResolventBound resolvent_of(const SparseMatrix& A, double norm) {
  std::optional<ResolventBound> resolvent = ResolventBound::of(A);
  if (resolvent) return *std::move(resolvent);
  throw InputError("no unique equilibrium can be proven: the infinity norm of A is " + std::to_string(norm) +
                   " and the spectral radius of |A| is not below 1");
}

// M x without the column of the constant, and that column.
struct Affine {
  BlockProduct product;
  Vector constant;

  Affine(const SparseMatrix& M, bool bias)
      : product(SparseMatrix(M.leftCols(M.cols() - (bias ? 1 : 0)))),
        constant(bias ? Vector(M.col(M.cols() - 1)) : Vector::Zero(M.rows())) {}

  // V (cols x k) -> (k x rows)
  [[nodiscard]] Matrix times(const Matrix& V) const {
    Matrix result = product.times(V);
    result.rowwise() += constant.transpose();
    return result;
  }
};

void require_bounded(const Matrix& S, Index count, Index first_sample) {
  for (Index sample = 0; sample < count; ++sample) {
    for (Index i = 0; i < S.cols(); ++i) {
      if (!(std::abs(S(sample, i)) <= largest_input)) {
        throw InputError("sample " + std::to_string(first_sample + sample) + ": entry " + std::to_string(i) +
                         " of B u is not finite or too large");
      }
    }
  }
}

}  // namespace

void FixedPointEvidence::merge(const FixedPointEvidence& other) {
  iterations = std::max(iterations, other.iterations);
  residual = std::max(residual, other.residual);
  error_bound = std::max(error_bound, other.error_bound);
  converged = converged && other.converged;
}

struct FixedPoint::Impl {
  FixedPointSettings settings;
  GaussSeidel gauss_seidel;
  Affine B, D;
  BlockProduct C;

  Impl(const ImplicitModel& model, const FixedPointSettings& chosen)
      : settings(chosen),
        gauss_seidel(model.A, model.activation, resolvent_of(model.A, model.norm_a_inf())),
        B(model.B, model.bias),
        D(model.D, model.bias),
        C(model.C) {}

  // Keeps each sample as it was when its bound was met; samples >= count are padding.
  void solve_lane(const Matrix& S, Index count, Index first_column, Equilibria& result) const;
  // Residuals and the better of both bounds, at the states that are returned.
  void judge_lane(const Matrix& S, Index count, Index first_column, Equilibria& result) const;
};

void FixedPoint::Impl::solve_lane(const Matrix& S, Index count, Index first_column,
                                  Equilibria& result) const {
  Matrix X = Matrix::Zero(S.rows(), S.cols());
  GaussSeidel::Step step;
  std::vector<Index> pending;
  for (Index sample = 0; sample < count; ++sample) pending.push_back(sample);
  for (int iteration = 1; !pending.empty(); ++iteration) {
    gauss_seidel.sweep(S, X, step);
    const bool last = iteration >= settings.max_iterations;
    std::erase_if(pending, [&](Index sample) {
      const double bound = gauss_seidel.change_factor() * step.change[sample];
      const bool converged = bound <= settings.tolerance * std::max(1.0, step.size[sample]);
      if (!converged && !last) return false;
      result.X.col(first_column + sample) = X.row(sample).transpose();
      result.error_bound[first_column + sample] = bound;
      result.evidence.merge({.iterations = iteration, .converged = converged});
      return true;
    });
  }
}

void FixedPoint::Impl::judge_lane(const Matrix& S, Index count, Index first_column,
                                  Equilibria& result) const {
  Matrix X = Matrix::Zero(S.rows(), S.cols());
  X.topRows(count) = result.X.middleCols(first_column, count).transpose();
  const Eigen::ArrayXd residual = gauss_seidel.residual(S, X);
  for (Index sample = 0; sample < count; ++sample) {
    double& bound = result.error_bound[first_column + sample];
    bound = std::min(bound, gauss_seidel.residual_factor() * residual[sample]);
    result.evidence.merge({.residual = residual[sample], .error_bound = bound});
  }
}

FixedPoint::FixedPoint(const ImplicitModel& model, const FixedPointSettings& settings)
    : impl_(std::make_unique<Impl>(model, settings)) {}
FixedPoint::~FixedPoint() = default;
FixedPoint::FixedPoint(FixedPoint&&) noexcept = default;

Equilibria FixedPoint::equilibria(const Matrix& U, Index first_sample) const {
  Equilibria result{Matrix(impl_->C.cols(), U.cols()), Vector(U.cols()), {}};
  for (Index block = 0; block < U.cols(); block += sample_block) {
    const Matrix S = impl_->B.times(padded_block(U, block, sample_block));
    const Index in_block = std::min(sample_block, U.cols() - block);
    require_bounded(S, in_block, first_sample + block);
    for (Index lane = 0; lane < in_block; lane += lane_width) {
      const Matrix lane_of_S = S.middleRows(lane, lane_width);
      const Index count = std::min(lane_width, in_block - lane);
      impl_->solve_lane(lane_of_S, count, block + lane, result);
      impl_->judge_lane(lane_of_S, count, block + lane, result);
    }
  }
  return result;
}

Matrix FixedPoint::solve(const Matrix& U, FixedPointEvidence& evidence) const {
  Equilibria result = equilibria(U);
  evidence.merge(result.evidence);
  return std::move(result.X);
}

Matrix FixedPoint::outputs(const Matrix& X, const Matrix& U) const {
  Matrix Y(impl_->C.rows(), U.cols());
  for (Index block = 0; block < U.cols(); block += sample_block) {
    const Index in_block = std::min(sample_block, U.cols() - block);
    const Matrix sums = impl_->C.times(padded_block(X, block, sample_block)) +
                        impl_->D.times(padded_block(U, block, sample_block));
    Y.middleCols(block, in_block) = sums.topRows(in_block).transpose();
  }
  return Y;
}

}  // namespace simplicit
