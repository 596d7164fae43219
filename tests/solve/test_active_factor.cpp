#include "solve/active_factor.hpp"

#include <Eigen/Cholesky>
#include <catch2/catch.hpp>
#include <support/random_problems.hpp>

#include <optional>

using namespace simplicit;
using namespace simplicit::test;

namespace {

/// What the factor should hold: the columns of the base, which of them are held, the additions to the
/// diagonal.
struct Base {
  std::vector<int> columns;
  std::vector<double> diagonal;
  std::vector<bool> held;
};

Vector dense_solution(const Matrix& g, const Base& base, const Vector& b) {
  std::vector<Index> taking_part;
  for (std::size_t i = 0; i < base.columns.size(); ++i) {
    if (!base.held[i]) taking_part.push_back(static_cast<Index>(i));
  }
  const auto count = static_cast<Index>(taking_part.size());
  Matrix k(count, count);
  Vector right(count);
  for (Index i = 0; i < count; ++i) {
    const auto row = static_cast<std::size_t>(taking_part[static_cast<std::size_t>(i)]);
    right[i] = b[static_cast<Index>(row)];
    for (Index j = 0; j < count; ++j) {
      const auto col = static_cast<std::size_t>(taking_part[static_cast<std::size_t>(j)]);
      k(i, j) = g(base.columns[row], base.columns[col]) + (i == j ? base.diagonal[row] : 0);
    }
  }
  Vector solution = Vector::Zero(b.size());
  if (count == 0) return solution;
  const Vector part = k.llt().solve(right);
  for (Index i = 0; i < count; ++i) solution[taking_part[static_cast<std::size_t>(i)]] = part[i];
  return solution;
}

class Sequence {
 public:
  Sequence(Index samples, Index features, std::uint64_t seed)
      : random(seed, 1), phi_(random_normal(samples, features, random)), g_(phi_.transpose() * phi_) {
    std::vector<Index> order = random.permutation(features);
    for (const Index column : order) unused.push_back(static_cast<int>(column));
    factor.emplace(GramView{g_.data(), features, features});
  }

  void check() {
    REQUIRE(factor->size() == static_cast<Index>(base.columns.size()));
    REQUIRE(factor->columns() == base.columns);
    for (std::size_t i = 0; i < base.held.size(); ++i) {
      REQUIRE(factor->held(static_cast<Index>(i)) == base.held[i]);
    }
    const Vector b = random_normal(factor->size(), 1, random);
    Vector solution = b;
    factor->solve({solution.data(), static_cast<std::size_t>(solution.size())});
    const Vector expected = dense_solution(g_, base, b);
    if (b.size() == 0) return;
    INFO("largest error " << (solution - expected).cwiseAbs().maxCoeff());
    REQUIRE((solution - expected).cwiseAbs().maxCoeff() <= 1e-9 * (1 + expected.cwiseAbs().maxCoeff()));
  }

  void append(std::size_t count) {
    std::vector<int> columns;
    std::vector<double> diagonal;
    for (; count > 0 && !unused.empty(); --count) {
      columns.push_back(unused.back());
      diagonal.push_back(random.uniform());
      unused.pop_back();
    }
    REQUIRE(factor->append(columns, diagonal));
    base.columns.insert(base.columns.end(), columns.begin(), columns.end());
    base.diagonal.insert(base.diagonal.end(), diagonal.begin(), diagonal.end());
    base.held.resize(base.columns.size(), false);
  }

  /// Takes out about `share` of the positions from `first` on that are not held.
  void remove(Index first, double share) {
    std::vector<Index> leaving;
    for (Index i = first; i < factor->size(); ++i) {
      if (!factor->held(i) && random.uniform() < share) leaving.push_back(i);
    }
    if (leaving.empty()) return;
    bool ok = true;
    const std::vector<Index> kept = factor->remove(leaving, ok);
    REQUIRE(ok);
    for (const Index position : leaving) base.held[static_cast<std::size_t>(position)] = true;
    if (kept.size() < base.columns.size()) ++cuts;
    Base remaining;
    std::size_t next = 0;
    for (std::size_t i = 0; i < base.columns.size(); ++i) {
      if (next < kept.size() && kept[next] == static_cast<Index>(i)) {
        remaining.columns.push_back(base.columns[i]);
        remaining.diagonal.push_back(base.diagonal[i]);
        remaining.held.push_back(base.held[i]);
        if (base.held[i]) ++holds;
        ++next;
      } else {
        REQUIRE(base.held[i]);  // only what was taken out may go
        unused.insert(unused.begin(), base.columns[i]);
      }
    }
    base = remaining;
  }

  void release_one() {
    for (std::size_t i = 0; i < base.held.size(); ++i) {
      if (!base.held[i]) continue;
      REQUIRE(factor->release(static_cast<Index>(i)));
      base.held[i] = false;
      ++releases;
      return;
    }
  }

  RandomStream random;
  std::vector<int> unused;
  Base base;
  std::optional<ActiveFactor> factor;
  int cuts = 0;
  int holds = 0;
  int releases = 0;

 private:
  Matrix phi_;
  Matrix g_;
};

}  // namespace

TEST_CASE("any sequence of changes leaves the factor of what takes part") {
  int cuts = 0;
  int holds = 0;
  int releases = 0;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const Index features = seed % 3 == 0 ? 20 : 130;
    Sequence sequence(features + 50, features, seed);
    for (int step = 0; step < 25; ++step) {
      INFO("seed " << seed << ", step " << step);
      const auto size = static_cast<std::uint64_t>(sequence.factor->size());
      switch (sequence.random.below(4)) {
        case 0:
        case 1:
          sequence.append(static_cast<std::size_t>(1 + sequence.random.below(seed % 2 == 0 ? 3 : 40)));
          break;
        case 2:
          sequence.remove(static_cast<Index>(sequence.random.below(size + 1)),
                          sequence.random.below(2) == 0 ? 0.05 : 0.6);
          break;
        default:
          sequence.release_one();
      }
      sequence.check();
    }
    cuts += sequence.cuts;
    holds += sequence.holds;
    releases += sequence.releases;
  }
  CHECK(cuts > 10);
  CHECK(holds > 10);
  CHECK(releases > 10);
}

TEST_CASE("an early column of a large base is held, a late one cut out") {
  Sequence sequence(500, 400, 77);
  sequence.append(400);
  bool ok = true;
  const std::vector<Index> early{3};
  CHECK(sequence.factor->remove(early, ok).size() == 400);
  CHECK(ok);
  CHECK(sequence.factor->held(3));
  const std::vector<Index> late{399};
  CHECK(sequence.factor->remove(late, ok).size() == 399);
  CHECK(sequence.factor->size() == 399);
}

TEST_CASE("everything can leave and come back") {
  Sequence sequence(60, 40, 78);
  sequence.append(25);
  sequence.remove(0, 2);
  sequence.check();
  sequence.append(15);
  sequence.check();
  sequence.factor->clear();
  CHECK(sequence.factor->size() == 0);
  sequence.base = {};
  sequence.check();
  sequence.append(5);
  sequence.check();
}

TEST_CASE("a column that makes the matrix singular is refused and the base stays") {
  Matrix g(3, 3);
  g << 1, 0.5, 0.5, 0.5, 1, 1, 0.5, 1, 1;  // columns 1 and 2 are the same
  ActiveFactor factor({g.data(), 3, 3});
  const std::vector<int> first{0, 1};
  const std::vector<double> none{0, 0};
  REQUIRE(factor.append(first, none));
  const std::vector<int> second{2};
  const std::vector<double> negative{-1e-3};
  CHECK_FALSE(factor.append(second, negative));
  CHECK(factor.columns() == first);
  std::vector<double> b{1, 2};
  factor.solve(b);
  CHECK(b[0] == Approx(0).margin(1e-14));
  CHECK(b[1] == Approx(2));
  const std::vector<double> ridge{0.5};
  CHECK(factor.append(second, ridge));
}
