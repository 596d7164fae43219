#include "evaluate/output_comparison.hpp"

#include <catch2/catch.hpp>

using namespace simplicit;

TEST_CASE("The decision is the largest output, the first among equals") {
  Matrix Y(3, 4);
  Y << 1, 5, 2, -3,  //
      2, 5, 2, -1,   //
      3, 4, 2, -2;
  CHECK(decisions(Y) == std::vector<int>{2, 0, 0, 1});
  CHECK(decisions(Matrix(3, 0)).empty());
}

TEST_CASE("Equal entries are counted") {
  const std::vector<int> a{0, 1, 2, 2};
  CHECK(count_equal(a, std::vector<int>{0, 2, 2, 1}) == 2);
  CHECK(count_equal(a, a) == 4);
}

TEST_CASE("Squared errors add over blocks to the relative Frobenius error") {
  const Matrix M = Matrix::Random(4, 10);
  const Matrix R = Matrix::Random(4, 10);
  SquaredError sum = squared_error(M.leftCols(3), R.leftCols(3));
  sum.add(squared_error(M.rightCols(7), R.rightCols(7)));
  CHECK(sum.relative() == Approx((M - R).norm() / R.norm()).epsilon(1e-14));
  CHECK(squared_error(Matrix::Zero(2, 2), Matrix::Zero(2, 2)).relative() == 0);
  CHECK(std::isinf(squared_error(Matrix::Ones(2, 2), Matrix::Zero(2, 2)).relative()));
}
