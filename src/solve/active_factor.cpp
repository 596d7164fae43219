#include "solve/active_factor.hpp"

#include <simplicit/base/error.hpp>
#include <simplicit/linalg/blas.hpp>

#include <algorithm>

namespace simplicit {
namespace {

// What a held column costs later, in units of its first solve: every solve and every append carries it along.
// Triangular solves are bound by memory, factorisations by arithmetic; the factor was measured.
constexpr double price_of_holding = 4;
// Gathering an entry of G costs about as much as this many floating-point operations of a factorisation.
constexpr double price_of_gathering = 24;

Index place(std::size_t position) {
  return static_cast<Index>(position);
}

}  // namespace

ActiveFactor::ActiveFactor(GramView gram) : gram_(gram) {}

void ActiveFactor::clear() {
  columns_.clear();
  diagonal_.clear();
  held_.clear();
  held_at_.clear();
}

void ActiveFactor::reserve(Index size) {
  if (size <= capacity_) return;
  const Index capacity = (std::max(size, capacity_ + capacity_ / 2) + 63) / 64 * 64;
  std::vector<double> u(static_cast<std::size_t>(capacity * capacity));
  std::vector<double> q(static_cast<std::size_t>(capacity * held_count()));
  for (Index j = 0; j < this->size(); ++j) std::copy_n(entry(0, j), j + 1, u.data() + j * capacity);
  for (Index k = 0; k < held_count(); ++k) std::copy_n(held_column(k), this->size(), q.data() + k * capacity);
  u_ = std::move(u);
  q_ = std::move(q);
  capacity_ = capacity;
}

// Rows 0 .. first-1 of U are right for all columns; factors the rest.
bool ActiveFactor::factor_from(Index first) {
  const Index rest = size() - first;
  for (Index j = first; j < size(); ++j) {
    const double* column = gram_.column(columns_[static_cast<std::size_t>(j)]);
    double* u = entry(0, j);
    for (Index i = first; i <= j; ++i) u[i] = column[columns_[static_cast<std::size_t>(i)]];
    u[j] += diagonal_[static_cast<std::size_t>(j)];
  }
  if (first > 0)
    blas::syrk_upper(rest, first, -1, entry(0, first), capacity_, 1, entry(first, first), capacity_);
  ++factorisations_;
  return blas::cholesky_upper(rest, entry(first, first), capacity_);
}

// Q = U^-T E below row `first`, where E is zero: Q_rest = -U_rest^-T (U_above^T Q_above).
bool ActiveFactor::extend_held_below(Index first) {
  const Index rest = size() - first;
  if (held_count() == 0) return true;
  if (rest > 0) {
    blas::gemm(true, false, rest, held_count(), first, -1, entry(0, first), capacity_, q_.data(), capacity_,
               0, q_.data() + first, capacity_);
    blas::solve_upper_transposed(rest, held_count(), entry(first, first), capacity_, q_.data() + first,
                                 capacity_);
  }
  return factor_held();
}

bool ActiveFactor::append(std::span<const int> columns, std::span<const double> diagonal) {
  const Index before = size();
  const Index added = place(columns.size());
  if (added == 0) return true;
  reserve(before + added);
  columns_.insert(columns_.end(), columns.begin(), columns.end());
  diagonal_.insert(diagonal_.end(), diagonal.begin(), diagonal.end());
  held_at_.resize(columns_.size(), -1);
  for (Index j = before; j < size(); ++j) {
    const double* column = gram_.column(columns_[static_cast<std::size_t>(j)]);
    double* u = entry(0, j);
    for (Index i = 0; i < before; ++i) u[i] = column[columns_[static_cast<std::size_t>(i)]];
  }
  blas::solve_upper_transposed(before, added, u_.data(), capacity_, entry(0, before), capacity_);
  if (!factor_from(before)) {
    columns_.resize(static_cast<std::size_t>(before));
    diagonal_.resize(static_cast<std::size_t>(before));
    held_at_.resize(static_cast<std::size_t>(before));
    return false;
  }
  return extend_held_below(before);
}

bool ActiveFactor::factor_held() {
  const Index count = held_count();
  qq_.resize(static_cast<std::size_t>(count * count));
  blas::syrk_upper(count, size(), 1, q_.data(), capacity_, 0, qq_.data(), count);
  return blas::cholesky_upper(count, qq_.data(), count);
}

bool ActiveFactor::hold(std::span<const Index> positions) {
  if (positions.empty()) return true;
  const Index before = held_count();
  const Index first = positions.front();
  q_.resize(static_cast<std::size_t>(capacity_ * (before + place(positions.size()))));
  for (const Index position : positions) {
    double* q = held_column(held_count());
    std::fill_n(q, size(), 0.0);
    q[position] = 1;
    held_at_[static_cast<std::size_t>(position)] = held_count();
    held_.push_back(position);
  }
  blas::solve_upper_transposed(size() - first, held_count() - before, entry(first, first), capacity_,
                               held_column(before) + first, capacity_);
  return factor_held();
}

bool ActiveFactor::release(Index position) {
  const Index k = held_at_[static_cast<std::size_t>(position)];
  SIMPLICIT_ASSERT(k >= 0, std::to_string(position));
  for (Index other = k + 1; other < held_count(); ++other) {
    std::copy_n(held_column(other), size(), held_column(other - 1));
    --held_at_[static_cast<std::size_t>(held_[static_cast<std::size_t>(other)])];
  }
  held_at_[static_cast<std::size_t>(position)] = -1;
  held_.erase(held_.begin() + k);
  return factor_held();
}

// The position from which on the base is factored anew without the leaving and held columns; the leaving ones
// before it are held. Compares the arithmetic of both ways over every place to cut.
Index ActiveFactor::cheapest_cut(std::span<const Index> leaving) const {
  std::vector<Index> out(leaving.begin(), leaving.end());
  out.insert(out.end(), held_.begin(), held_.end());
  std::sort(out.begin(), out.end());
  const double total = static_cast<double>(size());
  Index best_cut = size();
  double best_cost = infinity;
  double holding = 0;
  for (std::size_t k = 0; k <= out.size(); ++k) {
    const Index cut = k < out.size() ? out[k] : size();
    const double above = static_cast<double>(cut);
    const double rest = k < out.size() ? total - above - static_cast<double>(out.size() - k) : 0;
    const double cost = rest * rest * (above + rest / 3 + price_of_gathering / 2) + holding;
    if (cost < best_cost) {
      best_cost = cost;
      best_cut = cut;
    }
    if (k < out.size()) {
      const bool already = held(out[k]);
      holding += price_of_holding * total * total * (already ? 0.75 : 1.0);
    }
  }
  return best_cut;
}

std::vector<Index> ActiveFactor::remove(std::span<const Index> positions, bool& ok) {
  const Index cut = cheapest_cut(positions);
  std::vector<Index> early;
  std::vector<char> leaves(columns_.size(), 0);
  for (const Index position : positions) {
    if (position < cut)
      early.push_back(position);
    else
      leaves[static_cast<std::size_t>(position)] = 1;
  }
  std::vector<Index> kept(columns_.size());
  for (std::size_t i = 0; i < kept.size(); ++i) kept[i] = place(i);

  if (cut < size()) {
    std::erase_if(kept,
                  [&](Index i) { return i >= cut && (leaves[static_cast<std::size_t>(i)] != 0 || held(i)); });
    for (std::size_t to = static_cast<std::size_t>(cut); to < kept.size(); ++to) {
      const std::size_t from = static_cast<std::size_t>(kept[to]);
      columns_[to] = columns_[from];
      diagonal_[to] = diagonal_[from];
      if (to != from) std::copy_n(entry(0, place(from)), cut, entry(0, place(to)));
    }
    // Held positions after the cut are gone from the base altogether.
    Index live = 0;
    for (Index k = 0; k < held_count(); ++k) {
      const Index position = held_[static_cast<std::size_t>(k)];
      if (position >= cut) continue;
      if (live != k) std::copy_n(held_column(k), cut, held_column(live));
      held_[static_cast<std::size_t>(live++)] = position;
    }
    held_.resize(static_cast<std::size_t>(live));
    columns_.resize(kept.size());
    diagonal_.resize(kept.size());
    held_at_.assign(kept.size(), -1);
    for (Index k = 0; k < live; ++k)
      held_at_[static_cast<std::size_t>(held_[static_cast<std::size_t>(k)])] = k;
    ok = factor_from(cut) && extend_held_below(cut);
    if (!ok) return kept;
  }
  ok = hold(early);
  return kept;
}

void ActiveFactor::solve(std::span<double> b) const {
  const Index n = size();
  blas::solve_upper_transposed(n, 1, u_.data(), capacity_, b.data(), n);
  if (const Index count = held_count(); count > 0) {
    projection_.resize(static_cast<std::size_t>(count));
    blas::gemv(true, n, count, 1, q_.data(), capacity_, b.data(), 0, projection_.data());
    blas::solve_upper_transposed(count, 1, qq_.data(), count, projection_.data(), count);
    blas::solve_upper(count, 1, qq_.data(), count, projection_.data(), count);
    blas::gemv(false, n, count, -1, q_.data(), capacity_, projection_.data(), 1, b.data());
  }
  blas::solve_upper(n, 1, u_.data(), capacity_, b.data(), n);
  for (const Index position : held_) b[static_cast<std::size_t>(position)] = 0;
}

}  // namespace simplicit
