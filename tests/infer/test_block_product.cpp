#include <simplicit/infer/block_product.hpp>

#include <catch2/catch.hpp>
#include <support/random_models.hpp>

using namespace simplicit;
using namespace simplicit::test;

TEST_CASE("Products with blocks of samples are those of plain loops, sparse or dense") {
  std::mt19937_64 engine(1);
  for (const double density : {0.0, 0.05, 0.15, 0.5, 1.0}) {
    for (const Index k : {16, 48, 256}) {
      const SparseMatrix M = random_sparse(23, 61, density, engine);
      const Matrix V = random_sparse(61, k, 1.0, engine);
      const BlockProduct product(M);
      CHECK(product.dense() == (density > 0.2));
      const Matrix result = product.times(V);
      REQUIRE(result.rows() == k);
      REQUIRE(result.cols() == 23);
      double worst = 0;
      for (Index sample = 0; sample < k; ++sample) {
        for (Index row = 0; row < 23; ++row) {
          double sum = 0;
          for (Index j = 0; j < 61; ++j) sum += M.coeff(row, j) * V(j, sample);
          worst = std::max(worst, std::abs(sum - result(sample, row)));
        }
      }
      INFO("density " << density << ", samples " << k);
      CHECK(worst <= 1e-13);
    }
  }
}
