#include <simplicit/infer/state_order.hpp>

#include <algorithm>
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

std::optional<std::vector<std::vector<int>>> feedforward_levels(const SparseMatrix& A) {
  const SparseMatrix users = A.transpose();  // row j: the states that use state j
  std::vector<int> pending(static_cast<std::size_t>(A.rows()));
  std::vector<int> ready;
  for (int i = 0; i < A.rows(); ++i) {
    pending[static_cast<std::size_t>(i)] = A.outerIndexPtr()[i + 1] - A.outerIndexPtr()[i];
    if (pending[static_cast<std::size_t>(i)] == 0) ready.push_back(i);
  }
  std::vector<std::vector<int>> levels;
  Index placed = 0;
  while (!ready.empty()) {
    placed += static_cast<Index>(ready.size());
    std::vector<int> next;
    for (const int used : ready) {
      for (SparseMatrix::InnerIterator user(users, used); user; ++user) {
        if (--pending[static_cast<std::size_t>(user.col())] == 0)
          next.push_back(static_cast<int>(user.col()));
      }
    }
    std::sort(next.begin(), next.end());
    levels.push_back(std::move(ready));
    ready = std::move(next);
  }
  if (placed < A.rows()) return std::nullopt;
  return levels;
}

}  // namespace simplicit
