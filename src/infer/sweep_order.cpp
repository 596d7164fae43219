#include <simplicit/infer/sweep_order.hpp>

#include <cmath>

namespace simplicit {
namespace {

// Row sums of N: the coefficients whose states come later in the sweep, or are the state itself.
Vector sums_over_old_values(const SparseMatrix& others, bool last_state_first) {
  Vector sums = Vector::Zero(others.rows());
  for (Index i = 0; i < others.rows(); ++i) {
    for (SparseMatrix::InnerIterator entry(others, i); entry; ++entry) {
      if (last_state_first ? entry.col() <= i : entry.col() >= i) sums[i] += std::abs(entry.value());
    }
  }
  return sums;
}

}  // namespace

SweepOrder sweep_order(const SparseMatrix& others, const ResolventBound& resolvent) {
  const double backward = resolvent.apply(sums_over_old_values(others, true)).maxCoeff();
  const double forward = resolvent.apply(sums_over_old_values(others, false)).maxCoeff();
  return backward <= forward ? SweepOrder{true, backward} : SweepOrder{false, forward};
}

}  // namespace simplicit
