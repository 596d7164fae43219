#include "shared/price_path.hpp"

#include <simplicit/base/error.hpp>
#include <simplicit/linalg/blas.hpp>
#include <simplicit/problem/penalty.hpp>

#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

namespace simplicit {
namespace {}  // namespace

Matrix ridge_inverse(const Matrix& G) {
  const Index d = G.rows();
  std::vector<Index> used;
  for (Index j = 0; j < d; ++j) {
    if (G(j, j) > 0) used.push_back(j);
  }
  const auto k = std::ssize(used);
  Matrix H = Matrix::Zero(d, d);
  // Rounding may leave G indefinite by more than the ridge: then the ridge grows.
  for (double ridge = relative_ridge; k > 0; ridge *= 10) {
    Matrix U(k, k);
    for (Index j = 0; j < k; ++j) {
      for (Index i = 0; i <= j; ++i) {
        U(i, j) = G(used[static_cast<std::size_t>(i)], used[static_cast<std::size_t>(j)]);
      }
      U(j, j) *= 1 + ridge;
    }
    if (!blas::cholesky_upper(k, U.data(), k)) continue;
    Matrix inverse = Matrix::Identity(k, k);
    blas::solve_upper_transposed(k, k, U.data(), k, inverse.data(), k);
    blas::solve_upper(k, k, U.data(), k, inverse.data(), k);
    for (Index j = 0; j < k; ++j) {
      for (Index i = 0; i < k; ++i) {
        H(used[static_cast<std::size_t>(i)], used[static_cast<std::size_t>(j)]) =
            0.5 * (inverse(i, j) + inverse(j, i));
      }
    }
    break;
  }
  return H;
}

Vector price_path(const Matrix& H, const Vector& r) {
  const Index d = H.rows();
  if (d > longest_path) {
    const Vector w = H * r;
    Vector prices = Vector::Zero(d);
    for (Index j = 0; j < d; ++j) {
      if (H(j, j) > 0) prices[j] = w[j] * w[j] / (2 * H(j, j));
    }
    return prices;
  }
  std::vector<Index> features;  // those that are left, in the order of the rows of M
  for (Index j = 0; j < d; ++j) {
    if (H(j, j) > 0) features.push_back(j);
  }
  auto k = std::ssize(features);
  Matrix M(k, k);
  Vector w(k);
  for (Index j = 0; j < k; ++j) {
    for (Index i = 0; i < k; ++i) {
      M(i, j) = H(features[static_cast<std::size_t>(i)], features[static_cast<std::size_t>(j)]);
    }
  }
  {
    const Vector all = H * r;
    for (Index j = 0; j < k; ++j) w[j] = all[features[static_cast<std::size_t>(j)]];
  }
  Vector prices = Vector::Zero(d);
  double price = 0;
  while (k > 0) {
    Index cheapest = 0;
    double least = infinity;
    for (Index j = 0; j < k; ++j) {
      const double pivot = M(j, j);
      const double cost = pivot > 0 ? w[j] * w[j] / (2 * pivot) : 0;
      if (cost < least) {
        least = cost;
        cheapest = j;
      }
    }
    price = std::max(least, std::nextafter(price, infinity));
    prices[features[static_cast<std::size_t>(cheapest)]] = price;
    const Index last = k - 1;
    if (cheapest != last) {  // the last takes its place
      std::swap(features[static_cast<std::size_t>(cheapest)], features[static_cast<std::size_t>(last)]);
      std::swap(w[cheapest], w[last]);
      M.col(cheapest).head(k).swap(M.col(last).head(k));
      M.row(cheapest).head(k).swap(M.row(last).head(k));
    }
    const double pivot = M(last, last);
    if (pivot > 0) {
      const Vector column = M.col(last).head(last);
      w.head(last) -= w[last] / pivot * column;
      for (Index j = 0; j < last; ++j) {
        if (column[j] != 0) M.col(j).head(last) -= column[j] / pivot * column;
      }
    }
    k = last;
  }
  return prices;
}

}  // namespace simplicit
