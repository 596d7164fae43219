#include <simplicit/infer/resolvent_bound.hpp>

#include <Eigen/LU>
#include <catch2/catch.hpp>
#include <support/random_models.hpp>

using namespace simplicit;
using namespace simplicit::test;

namespace {

Vector exact(const SparseMatrix& A, const Vector& b) {
  const Matrix absolute = Matrix(A).cwiseAbs();
  return (Matrix::Identity(A.rows(), A.cols()) - absolute).partialPivLu().solve(b);
}

SparseMatrix matrix_with_norm(Index n, double density, double norm, unsigned seed) {
  std::mt19937_64 engine(seed);
  SparseMatrix A = random_sparse(n, n, density, engine);
  scale_rows_to(A, norm);
  return A;
}

void require_tight_bound(const Vector& bound, const Vector& solution) {
  CHECK((bound - solution).minCoeff() >= -1e-12 * solution.maxCoeff());
  CHECK((bound - solution).maxCoeff() <= 1e-9 * solution.maxCoeff());
}

}  // namespace

TEST_CASE("The resolvent of |A| is bounded from above, and tightly") {
  for (const double norm : {0.01, 0.5, 0.95, 0.999}) {
    for (const Index n : {1, 2, 17, 60}) {
      INFO("n " << n << ", norm " << norm);
      const SparseMatrix A = matrix_with_norm(n, 0.4, norm, static_cast<unsigned>(n));
      const auto bound = ResolventBound::of(A);
      REQUIRE(bound);
      require_tight_bound(bound->of_ones(), exact(A, Vector::Ones(n)));
      const Vector b = random_model({.states = n}, 3).state_scale;
      require_tight_bound(bound->apply(b), exact(A, b));
      CHECK(bound->of_ones().maxCoeff() <= 1 / (1 - norm) * (1 + 1e-9));
    }
  }
}

TEST_CASE("A nilpotent A of any norm has a resolvent, the sum of a few powers") {
  SparseMatrix A(4, 4);
  A.insert(0, 1) = -30;
  A.insert(1, 2) = 7;
  A.insert(2, 3) = 2;
  A.makeCompressed();
  const auto bound = ResolventBound::of(A);
  REQUIRE(bound);
  const Vector expected = (Vector(4) << 1 + 30 * (1 + 7 * 3.0), 1 + 7 * 3.0, 3, 1).finished();
  require_tight_bound(bound->of_ones(), expected);
}

TEST_CASE("The infinity norm may exceed 1 as long as the spectral radius of |A| does not") {
  SparseMatrix A = matrix_with_norm(30, 0.3, 0.9, 9);
  for (Index row = 0; row < 30; ++row) {
    for (SparseMatrix::InnerIterator entry(A, row); entry; ++entry) {
      entry.valueRef() *= std::pow(1.3, static_cast<double>(row - entry.col()));  // S A S^-1
    }
  }
  const auto bound = ResolventBound::of(A);
  REQUIRE(bound);
  require_tight_bound(bound->of_ones(), exact(A, Vector::Ones(30)));
}

TEST_CASE("Where the spectral radius of |A| is 1 or more there is no bound") {
  for (const double norm : {1.0, 1.5, 40.0}) {
    const SparseMatrix A = matrix_with_norm(20, 0.5, norm, 4);  // equal row sums are the spectral radius
    CHECK_FALSE(ResolventBound::of(A));
  }
  SparseMatrix loop(2, 2);
  loop.insert(1, 1) = -1;
  CHECK_FALSE(ResolventBound::of(loop));
}
