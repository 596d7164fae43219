#include "refine/choose_supports.hpp"
#include "refine/support_prices.hpp"

#include <Eigen/Cholesky>
#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

using namespace simplicit;

namespace {

struct Problem {
  Matrix G;
  std::vector<double> r;
  std::vector<double> weights;

  [[nodiscard]] PricedRow row() const {
    PricedRow priced;
    priced.gram = {G.data(), G.rows(), G.rows()};
    priced.r = r;
    priced.problem.weights = weights;
    return priced;
  }
  /// min over w on the columns of 1/2 |z - Phi w|^2 less 1/2 |z|^2, from a fresh factorisation.
  [[nodiscard]] double best(const std::vector<int>& columns) const {
    if (columns.empty()) return 0;
    const auto k = static_cast<Index>(columns.size());
    Matrix K(k, k);
    Vector b(k);
    for (Index i = 0; i < k; ++i) {
      b[i] = r[static_cast<std::size_t>(columns[static_cast<std::size_t>(i)])];
      for (Index j = 0; j < k; ++j) {
        K(i, j) = G(columns[static_cast<std::size_t>(i)], columns[static_cast<std::size_t>(j)]);
      }
    }
    return -0.5 * b.dot(K.ldlt().solve(b));
  }
};

Problem random_problem(unsigned seed, Index samples, Index features) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> normal;
  const Matrix Phi = Matrix::NullaryExpr(samples, features, [&] { return normal(generator); });
  const Vector z = Vector::NullaryExpr(samples, [&] { return normal(generator); });
  Problem problem;
  problem.G = Phi.transpose() * Phi;
  const Vector r = Phi.transpose() * z;
  problem.r.assign(r.data(), r.data() + r.size());
  problem.weights.assign(static_cast<std::size_t>(features), 1);
  return problem;
}

std::vector<int> all_of(Index count) {
  std::vector<int> columns(static_cast<std::size_t>(count));
  std::iota(columns.begin(), columns.end(), 0);
  return columns;
}

std::vector<int> highest_priced(const RowPrices& prices, std::size_t count) {
  std::vector<std::size_t> order(prices.columns.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return prices.prices[a] > prices.prices[b]; });
  std::vector<int> columns;
  for (std::size_t k = 0; k < count; ++k) columns.push_back(prices.columns[order[k]]);
  std::sort(columns.begin(), columns.end());
  return columns;
}

}  // namespace

TEST_CASE("the cheapest feature is the one whose loss raises the error least") {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    const Problem problem = random_problem(seed, 60, 12);
    const RowPrices prices = support_prices(problem.row(), all_of(12), infinity, 0);
    REQUIRE(prices.columns.size() == 12);
    std::vector<int> support = all_of(12);
    for (std::size_t left = 12; left > 0; --left) {
      // The obvious way: try every feature, each with its own factorisation.
      double least = infinity;
      int cheapest = -1;
      for (const int column : support) {
        std::vector<int> without = support;
        std::erase(without, column);
        const double cost = problem.best(without) - problem.best(support);
        if (cost < least) {
          least = cost;
          cheapest = column;
        }
      }
      std::erase(support, cheapest);
      CHECK(highest_priced(prices, left - 1) == support);
      const auto place = static_cast<std::size_t>(cheapest);
      CHECK(prices.prices[place] >= least * (1 - 1e-5));
    }
  }
}

TEST_CASE("prices do not depend on the scales of the features") {
  const Problem problem = random_problem(4, 60, 12);
  Problem scaled = problem;
  for (Index j = 0; j < 12; ++j) {
    const double factor =
        std::pow(10.0, -0.5 * static_cast<double>(j));  // states of deep layers are this small
    scaled.G.row(j) *= factor;
    scaled.G.col(j) *= factor;
    scaled.r[static_cast<std::size_t>(j)] *= factor;
  }
  const RowPrices prices = support_prices(problem.row(), {0, 3, 8, 11}, 1e-3, 10);
  const RowPrices prices_scaled = support_prices(scaled.row(), {0, 3, 8, 11}, 1e-3, 10);
  REQUIRE(prices.columns == prices_scaled.columns);
  for (std::size_t k = 0; k < prices.prices.size(); ++k)
    CHECK(prices_scaled.prices[k] == Approx(prices.prices[k]));
}

TEST_CASE("features that gain more than the entry price enter, others do not") {
  const Problem problem = random_problem(3, 200, 20);
  const std::vector<int> support{1, 4, 9};
  const double now = problem.best(support);
  std::vector<double> gain(20, 0);
  for (int column = 0; column < 20; ++column) {
    if (std::binary_search(support.begin(), support.end(), column)) continue;
    std::vector<int> with = support;
    with.push_back(column);
    gain[static_cast<std::size_t>(column)] = now - problem.best(with);
  }
  std::vector<double> sorted = gain;
  std::sort(sorted.begin(), sorted.end());
  const double entry_price = 0.5 * (sorted[14] + sorted[15]);
  const RowPrices prices = support_prices(problem.row(), support, entry_price, 10);
  for (int column = 0; column < 20; ++column) {
    const bool expected = std::binary_search(support.begin(), support.end(), column) ||
                          gain[static_cast<std::size_t>(column)] > entry_price;
    CHECK(std::binary_search(prices.columns.begin(), prices.columns.end(), column) == expected);
  }
}

TEST_CASE("forbidden, dead and own features never enter, free ones are never priced") {
  Problem problem = random_problem(5, 80, 10);
  problem.weights[2] = infinity;
  problem.weights[9] = 0;
  problem.G.row(4).setZero();
  problem.G.col(4).setZero();
  problem.r[4] = 0;
  PricedRow row = problem.row();
  row.own_state = 6;
  const RowPrices prices = support_prices(row, all_of(10), 0, 10);
  CHECK(prices.columns == std::vector<int>{0, 1, 3, 5, 7, 8});
}

TEST_CASE("importance scales prices") {
  const Problem problem = random_problem(8, 50, 9);
  PricedRow row = problem.row();
  const RowPrices once = support_prices(row, all_of(9), infinity, 0);
  row.importance = 4;
  const RowPrices four_times = support_prices(row, all_of(9), infinity, 0);
  REQUIRE(once.columns == four_times.columns);
  for (std::size_t k = 0; k < once.prices.size(); ++k) {
    CHECK(four_times.prices[k] == Approx(4 * once.prices[k]).epsilon(1e-12));
  }
}

TEST_CASE("a budget keeps the weights of the highest prices of all rows together") {
  std::vector<RowPrices> priced(3);
  priced[0].columns = {0, 3, 5};
  priced[0].prices = {1, 9, 2};
  priced[2].columns = {1, 2};
  priced[2].prices = {2, 7};
  const SupportChoice three = choose_supports(priced, 3);
  CHECK(three.supports == Supports{{3, 5}, {}, {2}});
  CHECK(three.price == 2);
  CHECK(choose_supports(priced, 4).supports == Supports{{3, 5}, {}, {1, 2}});
  CHECK(choose_supports(priced, 100).supports == Supports{{0, 3, 5}, {}, {1, 2}});
  CHECK(choose_supports(priced, 0).supports == Supports{{}, {}, {}});
  CHECK(difference_between(three.supports, {{3}, {4}, {2}}) == 2);
}
