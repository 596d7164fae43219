#include "infer/gauss_seidel.hpp"
#include "infer/lanes.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/infer/fixed_point.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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
  SparseMatrix matrix;
  Vector constant;

  Affine(const SparseMatrix& M, bool bias)
      : matrix(M.leftCols(M.cols() - (bias ? 1 : 0))),
        constant(bias ? Vector(M.col(M.cols() - 1)) : Vector::Zero(M.rows())) {
    matrix.makeCompressed();
  }

  // out <- M u + constant; false where an entry is not a number within +- largest
  bool apply(const Lanes& u, double largest, Lanes& out) const {
    out.shape(matrix.rows(), u.width());
    return lane_kernels().product(u.width(), rows_of(matrix), constant.data(), u.data(), largest, out.data());
  }
};

[[noreturn]] void fail_unbounded(const Lanes& S, Index count, Index first_sample) {
  for (Index sample = 0; sample < count; ++sample) {
    for (Index i = 0; i < S.rows(); ++i) {
      if (!(std::abs(S.row(i)[sample]) <= largest_input)) {
        throw InputError("sample " + std::to_string(first_sample + sample) + ": entry " + std::to_string(i) +
                         " of B u is not finite or too large");
      }
    }
  }
  throw InputError("a constant of B is not finite or too large");
}

// Which groups of 8 inputs any row reads.
std::unique_ptr<bool[]> wanted_inputs(const SparseMatrix& B, const SparseMatrix& D) {
  auto wanted = std::make_unique<bool[]>(static_cast<std::size_t>(B.cols() / 8 + 1));
  for (const SparseMatrix* M : {&B, &D}) {
    for (Index row = 0; row < M->rows(); ++row) {
      for (SparseMatrix::InnerIterator entry(*M, row); entry; ++entry) {
        wanted[static_cast<std::size_t>(entry.col() / 8)] = true;
      }
    }
  }
  return wanted;
}

// Calls visit(first, count) for groups of samples that are computed side by side.
template <class Visit>
void for_each_group(Index samples, Visit visit) {
  for (Index first = 0; first < samples;) {
    const Index count = std::min<Index>(wide_width, samples - first);
    visit(first, count);
    first += count;
  }
}

}  // namespace

StoredMatrix view_of(const Matrix& matrix) {
  return {matrix.data(), Precision::float64, matrix.rows(), matrix.cols(), matrix.rows()};
}

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
  SparseMatrix C;
  std::unique_ptr<bool[]> wanted;
  Lanes inputs, S, sweeping, X, Y;  // of the group at hand

  Impl(const ImplicitModel& model, const FixedPointSettings& chosen)
      : settings(chosen),
        gauss_seidel(model.A, model.activation, resolvent_of(model.A, model.norm_a_inf())),
        B(model.B, model.bias),
        D(model.D, model.bias),
        C(model.C),
        wanted(wanted_inputs(B.matrix, D.matrix)) {
    C.makeCompressed();
  }

  void read_inputs(const StoredMatrix& U, Index first, Index count) {
    SIMPLICIT_ASSERT(U.rows == B.matrix.cols(), std::to_string(U.rows));
    inputs.shape(U.rows, width_for(count));
    inputs.read(U, first, count, wanted.get());
  }
  // X <- the equilibria of the group whose `inputs` are read, error_bound[0 .. count) their bounds.
  void solve_group(Index count, Index first_sample, double* error_bound, FixedPointEvidence& evidence);
  // Keeps each sample as it was when its bound was met; samples >= count are padding.
  void sweep_group(Index count, double* error_bound, FixedPointEvidence& evidence);
  // Residuals and the better of both bounds, at the states that are returned.
  void judge_group(Index count, double* error_bound, FixedPointEvidence& evidence);
  // Y <- C X + D u + its constant
  void output_group();
};

void FixedPoint::Impl::sweep_group(Index count, double* error_bound, FixedPointEvidence& evidence) {
  sweeping.shape(S.rows(), S.width());
  sweeping.set_zero();
  X.shape(S.rows(), S.width());
  if (count < S.width()) X.set_zero();
  SweepStep step;
  std::vector<int> pending(static_cast<std::size_t>(count));
  std::iota(pending.begin(), pending.end(), 0);
  for (int iteration = 1; !pending.empty(); ++iteration) {
    gauss_seidel.sweep(S, sweeping, step);
    const bool last = iteration >= settings.max_iterations;
    const auto settled = std::partition(pending.begin(), pending.end(), [&](int sample) {
      const double bound = gauss_seidel.change_factor() * step.change[sample];
      const bool converged = bound <= settings.tolerance * std::max(1.0, step.size[sample]);
      if (!converged && !last) return true;
      error_bound[sample] = bound;
      evidence.merge({.iterations = iteration, .converged = converged});
      return false;
    });
    if (pending.end() - settled == count) {
      std::swap(X, sweeping);  // all at once, as in every feed-forward model
    } else {
      for (auto sample = settled; sample != pending.end(); ++sample) X.copy_sample(sweeping, *sample);
    }
    pending.erase(settled, pending.end());
  }
}

void FixedPoint::Impl::judge_group(Index count, double* error_bound, FixedPointEvidence& evidence) {
  alignas(64) double residual[wide_width];
  gauss_seidel.residual(S, X, residual);
  for (Index sample = 0; sample < count; ++sample) {
    double& bound = error_bound[sample];
    bound = std::min(bound, gauss_seidel.residual_factor() * residual[sample]);
    evidence.merge({.residual = residual[sample], .error_bound = bound});
  }
}

void FixedPoint::Impl::solve_group(Index count, Index first_sample, double* error_bound,
                                   FixedPointEvidence& evidence) {
  if (!B.apply(inputs, largest_input, S)) fail_unbounded(S, count, first_sample);
  sweep_group(count, error_bound, evidence);
  judge_group(count, error_bound, evidence);
}

void FixedPoint::Impl::output_group() {
  (void)D.apply(inputs, std::numeric_limits<double>::infinity(), Y);
  lane_kernels().add_product(X.width(), rows_of(C), X.data(), Y.data());
}

FixedPoint::FixedPoint(const ImplicitModel& model, const FixedPointSettings& settings)
    : impl_(std::make_unique<Impl>(model, settings)) {}
FixedPoint::~FixedPoint() = default;
FixedPoint::FixedPoint(FixedPoint&&) noexcept = default;

Equilibria FixedPoint::equilibria(const Matrix& U, Index first_sample) const {
  Equilibria result{Matrix(impl_->C.cols(), U.cols()), Vector(U.cols()), {}};
  for_each_group(U.cols(), [&](Index first, Index count) {
    impl_->read_inputs(view_of(U), first, count);
    impl_->solve_group(count, first_sample + first, result.error_bound.data() + first, result.evidence);
    impl_->X.write(result.X, first, count);
  });
  return result;
}

Equilibria FixedPoint::equilibria_and_outputs(const Matrix& U, Matrix& Y, Index first_sample) const {
  Equilibria result{Matrix(impl_->C.cols(), U.cols()), Vector(U.cols()), {}};
  Y.resize(impl_->C.rows(), U.cols());
  for_each_group(U.cols(), [&](Index first, Index count) {
    impl_->read_inputs(view_of(U), first, count);
    impl_->solve_group(count, first_sample + first, result.error_bound.data() + first, result.evidence);
    impl_->output_group();
    impl_->X.write(result.X, first, count);
    impl_->Y.write(Y, first, count);
  });
  return result;
}

Outputs FixedPoint::outputs_at_equilibria(const StoredMatrix& U, Index first_sample) const {
  Outputs result{Matrix(impl_->C.rows(), U.cols), {}};
  double error_bound[wide_width];
  for_each_group(U.cols, [&](Index first, Index count) {
    impl_->read_inputs(U, first, count);
    impl_->solve_group(count, first_sample + first, error_bound, result.evidence);
    impl_->output_group();
    impl_->Y.write(result.Y, first, count);
  });
  return result;
}

Matrix FixedPoint::solve(const Matrix& U, FixedPointEvidence& evidence) const {
  Equilibria result = equilibria(U);
  evidence.merge(result.evidence);
  return std::move(result.X);
}

Matrix FixedPoint::outputs(const Matrix& X, const Matrix& U) const {
  Matrix Y(impl_->C.rows(), U.cols());
  for_each_group(U.cols(), [&](Index first, Index count) {
    impl_->read_inputs(view_of(U), first, count);
    impl_->X.shape(X.rows(), width_for(count));
    impl_->X.read(X, first, count);
    impl_->output_group();
    impl_->Y.write(Y, first, count);
  });
  return Y;
}

}  // namespace simplicit
