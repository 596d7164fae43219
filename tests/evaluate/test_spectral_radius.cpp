#include "evaluate/spectral_radius.hpp"

#include <Eigen/Eigenvalues>
#include <catch2/catch.hpp>
#include <support/random_models.hpp>

#include <algorithm>

using namespace simplicit;
using namespace simplicit::test;

namespace {

SparseMatrix from_entries(int n, const std::vector<Eigen::Triplet<double, int>>& entries) {
  SparseMatrix A(n, n);
  A.setFromTriplets(entries.begin(), entries.end());
  return A;
}

double perron_eigenvalue(const SparseMatrix& A) {
  return Matrix(Matrix(A).cwiseAbs()).eigenvalues().cwiseAbs().maxCoeff();
}

// Which nodes reach which, by repeated squaring of the adjacency.
Matrix reachability(const SparseMatrix& M) {
  Matrix reach = Matrix(M).cwiseAbs() + Matrix::Identity(M.rows(), M.cols());
  for (int step = 0; step < 10; ++step) {
    reach = reach * reach;
    reach = (reach.array() > 0).select(Matrix::Ones(M.rows(), M.cols()), 0);
  }
  return reach;
}

}  // namespace

TEST_CASE("Strong components are the sets of nodes that reach each other") {
  std::mt19937_64 engine(1);
  for (const double density : {0.0, 0.03, 0.06, 0.1, 0.5}) {
    const SparseMatrix M = random_sparse(30, 30, density, engine);
    const Matrix reach = reachability(M);
    std::vector<int> component_of(30, -1);
    const auto components = strong_components(M);
    for (std::size_t c = 0; c < components.size(); ++c) {
      for (const int node : components[c]) {
        CHECK(component_of[static_cast<std::size_t>(node)] == -1);
        component_of[static_cast<std::size_t>(node)] = static_cast<int>(c);
      }
    }
    for (int i = 0; i < 30; ++i) {
      for (int j = 0; j < 30; ++j) {
        const bool together =
            component_of[static_cast<std::size_t>(i)] == component_of[static_cast<std::size_t>(j)];
        CHECK(together == (reach(i, j) > 0 && reach(j, i) > 0));
      }
    }
  }
}

TEST_CASE("A chain of many nodes needs no recursion") {
  std::vector<Eigen::Triplet<double, int>> chain;
  for (int i = 0; i + 1 < 200000; ++i) chain.emplace_back(i, i + 1, 1.0);
  const SparseMatrix A = from_entries(200000, chain);
  CHECK(strong_components(A).size() == 200000);
  CHECK(spectral_radius_bound(A) == 0);
}

TEST_CASE("The bound on the spectral radius of |A| holds and is tight") {
  std::mt19937_64 engine(2);
  for (const int n : {1, 2, 10, 50}) {
    for (const double density : {0.02, 0.05, 0.1, 0.3, 1.0}) {
      const SparseMatrix A = random_sparse(n, n, density, engine);
      const double exact = perron_eigenvalue(A);
      const double bound = spectral_radius_bound(A);
      INFO("n " << n << ", density " << density);
      // a defective eigenvalue 0 comes out of the dense solver as something small
      const double noise = exact < 1e-3 ? 1e-3 : 0;
      CHECK(bound >= exact * (1 - 1e-12) - noise);
      CHECK(bound <= exact * (1 + 1e-8) + noise);
    }
  }
}

TEST_CASE("Reducible, nilpotent and cyclic matrices have their exact spectral radius") {
  CHECK(spectral_radius_bound(from_entries(3, {{0, 1, 9.0}, {1, 2, -9.0}, {0, 2, 1.0}})) == 0);
  CHECK(spectral_radius_bound(from_entries(3, {{0, 1, 1e6}, {1, 1, -0.95}, {2, 2, 0.3}})) == 0.95);
  // a cycle of four: the fourth root of the product of its weights, every eigenvalue of the same size
  const SparseMatrix cycle = from_entries(4, {{0, 1, 8.0}, {1, 2, -2.0}, {2, 3, 1.0}, {3, 0, 1.0}});
  CHECK(spectral_radius_bound(cycle) == Approx(2.0).epsilon(1e-9));
  // weights of very different size: the Perron vector spans twelve decades
  const SparseMatrix stiff = from_entries(2, {{0, 1, 1e12}, {1, 0, 1e-12}});
  CHECK(spectral_radius_bound(stiff) == Approx(1.0).epsilon(1e-9));
}
