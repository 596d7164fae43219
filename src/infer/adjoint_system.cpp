#include "infer/adjoint_system.hpp"

#include <simplicit/base/error.hpp>

#include <array>
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

bool AdjointSystem::converged(const SweepStep& step, int sample) const {
  return order_.change_factor * step.change[sample] <= settings_.tolerance * step.size[sample];
}

// Each sample is kept as it was when its bound was met.
bool AdjointSystem::solve(Lanes& slopes, const Lanes& S, Lanes& V, double* error_bound) const {
  const int width = slopes.width();
  Lanes& factor = slopes;
  for (Index i = 0; i < slopes.rows(); ++i) {
    for (int sample = 0; sample < width; ++sample) {
      const double slope = slopes.row(i)[sample];
      factor.row(i)[sample] = slope / (1 - slope * diagonal_[i]);
    }
  }
  sweeping_.shape(slopes.rows(), width);
  sweeping_.set_zero();
  SweepStep step;
  bool all_converged = true;
  int pending = width;
  std::array<bool, wide_width> settled{};
  for (int iteration = 1; pending > 0; ++iteration) {
    lane_kernels().adjoint_sweep(width, rows_of(others_), order_.last_state_first, factor.data(), S.data(),
                                 sweeping_.data(), step.change, step.size);
    for (int sample = 0; sample < width; ++sample) {
      if (settled[static_cast<std::size_t>(sample)]) continue;
      const bool enough = converged(step, sample);
      if (!enough && iteration < settings_.max_iterations) continue;
      settled[static_cast<std::size_t>(sample)] = true;
      --pending;
      V.copy_sample(sweeping_, sample);
      error_bound[sample] = order_.change_factor * step.change[sample];
      all_converged = all_converged && enough;
    }
  }
  return all_converged;
}

}  // namespace simplicit
