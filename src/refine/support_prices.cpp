#include "refine/support_prices.hpp"

#include <simplicit/linalg/blas.hpp>
#include <simplicit/problem/penalty.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace simplicit {
namespace {

// Added to each G_jj, as a fraction of it: states of different layers differ in scale by orders of magnitude.
// Of a feature's own G_jj must be new to the support for it to enter.
constexpr double least_novelty = 1e-6;
// The inverse is computed afresh when this part of its features has left.
constexpr double stale_fraction = 0.3;

// Least squares on a support with the inverse of its Gram matrix.
struct Fit {
  std::vector<int> columns;
  Matrix factor;   // (k x k) upper Cholesky factor
  Matrix inverse;  // (k x k)
  Vector w;        // (k) under the ball
  double nu = 0;   // multiplier of the ball
  bool ok = false;
};

// With the signs of the unconstrained solution: w = G_SS^-1 (r_S - nu s_A), s_A^T w = kappa.
void meet_ball(const PricedRow& row, Fit& fit) {
  Vector signs = Vector::Zero(fit.w.size());
  double norm = 0;
  for (Index i = 0; i < fit.w.size(); ++i) {
    if (fit.columns[static_cast<std::size_t>(i)] >= row.problem.ball_columns) continue;
    signs[i] = fit.w[i] < 0 ? -1 : 1;
    norm += std::abs(fit.w[i]);
  }
  if (norm <= row.problem.kappa) return;
  const Vector response = fit.inverse * signs;
  fit.nu = (norm - row.problem.kappa) / std::max(signs.dot(response), std::numeric_limits<double>::min());
  fit.w -= fit.nu * response;
}

Fit fit_on(const PricedRow& row, std::vector<int> columns) {
  Fit fit;
  fit.columns = std::move(columns);
  const auto k = static_cast<Index>(fit.columns.size());
  fit.factor.resize(k, k);
  Vector r(k);
  for (Index j = 0; j < k; ++j) {
    const int column = fit.columns[static_cast<std::size_t>(j)];
    const double* g = row.gram.column(column);
    for (Index i = 0; i <= j; ++i) fit.factor(i, j) = g[fit.columns[static_cast<std::size_t>(i)]];
    r[j] = row.r[static_cast<std::size_t>(column)];
  }
  for (Index j = 0; j < k; ++j) fit.factor(j, j) *= 1 + relative_ridge;
  if (k == 0) {
    fit.ok = true;
    return fit;
  }
  if (!blas::cholesky_upper(k, fit.factor.data(), k)) return fit;
  fit.inverse = Matrix::Identity(k, k);
  blas::solve_upper_transposed(k, k, fit.factor.data(), k, fit.inverse.data(), k);
  blas::solve_upper(k, k, fit.factor.data(), k, fit.inverse.data(), k);
  fit.w = fit.inverse * r;
  meet_ball(row, fit);
  fit.ok = fit.w.allFinite();
  return fit;
}

std::vector<int> candidates(const PricedRow& row, const std::vector<int>& support) {
  std::vector<int> columns;
  auto next = support.begin();
  for (int j = 0; j < static_cast<int>(row.problem.weights.size()); ++j) {
    if (next != support.end() && *next == j) {
      ++next;
      continue;
    }
    const double weight = row.problem.weights[static_cast<std::size_t>(j)];
    const bool allowed = weight > 0 && weight < infinity && j != row.own_state;
    if (allowed && row.gram.diagonal(j) > 0) columns.push_back(j);
  }
  return columns;
}

// What each candidate would gain if it alone entered.
std::vector<double> gains(const PricedRow& row, const Fit& fit, const std::vector<int>& columns) {
  const auto k = static_cast<Index>(fit.columns.size());
  const auto count = static_cast<Index>(columns.size());
  Matrix cross(k, count);  // G_SN, then U^-T G_SN
  Vector c(count);
  for (Index j = 0; j < count; ++j) {
    const double* g = row.gram.column(columns[static_cast<std::size_t>(j)]);
    for (Index i = 0; i < k; ++i) cross(i, j) = g[fit.columns[static_cast<std::size_t>(i)]];
    c[j] = row.r[static_cast<std::size_t>(columns[static_cast<std::size_t>(j)])];
  }
  if (k > 0) {
    c -= cross.transpose() * fit.w;
    blas::solve_upper_transposed(k, count, fit.factor.data(), k, cross.data(), k);
  }
  std::vector<double> gain(columns.size(), 0);
  for (Index j = 0; j < count; ++j) {
    const int column = columns[static_cast<std::size_t>(j)];
    const double own = row.gram.diagonal(column);
    const double novelty = own - (k > 0 ? cross.col(j).squaredNorm() : 0);
    if (novelty < least_novelty * own) continue;
    const double slack = column < row.problem.ball_columns ? fit.nu : 0;
    const double pull = std::max(0.0, std::abs(c[j]) - slack);
    gain[static_cast<std::size_t>(j)] = row.importance * pull * pull / (2 * novelty);
  }
  return gain;
}

std::vector<int> grown(const PricedRow& row, const Fit& fit, double entry_price, double growth) {
  const std::vector<int> columns = candidates(row, fit.columns);
  const std::vector<double> gain = gains(row, fit, columns);
  std::vector<std::size_t> order;
  for (std::size_t j = 0; j < columns.size(); ++j) {
    if (gain[j] > entry_price) order.push_back(j);
  }
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return gain[a] != gain[b] ? gain[a] > gain[b] : a < b; });
  const auto most =
      std::max<std::size_t>(16, static_cast<std::size_t>(growth * static_cast<double>(fit.columns.size())));
  if (order.size() > most) order.resize(most);
  std::vector<int> support = fit.columns;
  for (const std::size_t j : order) support.push_back(columns[j]);
  std::sort(support.begin(), support.end());
  return support;
}

// The inverse and the weights when the feature at `place` is held at zero.
void hold_at_zero(Fit& fit, Index place) {
  const Vector column = fit.inverse.col(place);
  const double pivot = column[place];
  fit.w -= fit.w[place] / pivot * column;
  const auto k = static_cast<Index>(fit.columns.size());
  for (Index j = 0; j < k; ++j) {
    if (column[j] != 0) fit.inverse.col(j) -= column[j] / pivot * column;
  }
  fit.inverse.col(place).setZero();
  fit.inverse.row(place).setZero();
  fit.w[place] = 0;
}

// The features in the order they leave, with rising prices.
void price_all(const PricedRow& row, Fit fit, std::vector<std::pair<int, double>>& left) {
  double price = 0;
  while (true) {
    const auto k = static_cast<Index>(fit.columns.size());
    std::vector<char> gone(fit.columns.size(), 0);
    const auto most = std::max<Index>(1, static_cast<Index>(stale_fraction * static_cast<double>(k)));
    Index leaving = 0;
    for (; leaving < most; ++leaving) {
      Index cheapest = -1;
      double least = infinity;
      for (Index j = 0; j < k; ++j) {
        const auto place = static_cast<std::size_t>(j);
        if (gone[place] != 0 || row.problem.weights[static_cast<std::size_t>(fit.columns[place])] == 0)
          continue;
        const double cost = row.importance * fit.w[j] * fit.w[j] / (2 * fit.inverse(j, j));
        if (cost < least) {
          least = cost;
          cheapest = j;
        }
      }
      if (cheapest < 0) return;
      price = std::max(least, std::nextafter(price, infinity));
      left.emplace_back(fit.columns[static_cast<std::size_t>(cheapest)], price);
      gone[static_cast<std::size_t>(cheapest)] = 1;
      hold_at_zero(fit, cheapest);
    }
    std::vector<int> rest;
    for (std::size_t j = 0; j < gone.size(); ++j) {
      if (gone[j] == 0) rest.push_back(fit.columns[j]);
    }
    fit = fit_on(row, std::move(rest));
    if (!fit.ok) return;
  }
}

}  // namespace

RowPrices support_prices(const PricedRow& row, const std::vector<int>& support, double entry_price,
                         double growth) {
  std::vector<int> start;
  for (int j = 0; j < static_cast<int>(row.problem.weights.size()); ++j) {
    const bool asked = std::binary_search(support.begin(), support.end(), j);
    const double weight = row.problem.weights[static_cast<std::size_t>(j)];
    const bool usable = weight == 0 || (weight < infinity && j != row.own_state && row.gram.diagonal(j) > 0);
    if (usable && (asked || weight == 0)) start.push_back(j);
  }
  Fit fit = fit_on(row, std::move(start));
  if (!fit.ok) return {};
  if (entry_price < infinity) {
    Fit larger = fit_on(row, grown(row, fit, entry_price, growth));
    if (larger.ok) fit = std::move(larger);
  }
  std::vector<std::pair<int, double>> left;
  price_all(row, std::move(fit), left);
  std::sort(left.begin(), left.end());
  RowPrices prices;
  for (const auto& [column, price] : left) {
    prices.columns.push_back(column);
    prices.prices.push_back(price);
  }
  return prices;
}

}  // namespace simplicit
