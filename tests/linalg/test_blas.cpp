#include <simplicit/base/random.hpp>
#include <simplicit/linalg/blas.hpp>

#include <Eigen/Cholesky>
#include <Eigen/Dense>
#include <catch2/catch.hpp>
#include <support/random_problems.hpp>

#include <cmath>
#include <limits>
#include <vector>

using namespace simplicit;
using namespace simplicit::test;

namespace {

const double not_a_number = std::numeric_limits<double>::quiet_NaN();

Matrix random(Index rows, Index cols, std::uint64_t seed) {
  RandomStream stream(seed, 0);
  return random_normal(rows, cols, stream);
}

double tolerance(Index terms) {
  return 8 * static_cast<double>(terms + 1) * std::numeric_limits<double>::epsilon();
}

void check_gemm(bool transpose_a, bool transpose_b, Index m, Index n, Index k) {
  const Matrix a = transpose_a ? random(k + 2, m, 1) : random(m + 2, k, 1);
  const Matrix b = transpose_b ? random(n + 3, k, 2) : random(k + 3, n, 2);
  const Matrix op_a = transpose_a ? Matrix(a.topRows(k).transpose()) : Matrix(a.topRows(m));
  const Matrix op_b = transpose_b ? Matrix(b.topRows(n).transpose()) : Matrix(b.topRows(k));
  const Matrix before = random(m + 1, n, 3);
  Matrix c = before;
  blas::gemm(transpose_a, transpose_b, m, n, k, 2, a.data(), a.rows(), b.data(), b.rows(), 0.5, c.data(),
             c.rows());
  const Matrix expected = 2 * op_a * op_b + 0.5 * before.topRows(m);
  const Matrix scale = 2 * op_a.cwiseAbs() * op_b.cwiseAbs() + before.topRows(m).cwiseAbs();
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < m; ++i) {
      INFO("entry " << i << ", " << j << " of " << m << " x " << n << " with k = " << k);
      CHECK(std::abs(c(i, j) - expected(i, j)) <= tolerance(k) * scale(i, j));
    }
    CHECK(c(m, j) == before(m, j));
  }
}

}  // namespace

TEST_CASE("gemm multiplies, transposed or not, and leaves the padding alone") {
  for (const bool transpose_a : {false, true}) {
    for (const bool transpose_b : {false, true}) {
      check_gemm(transpose_a, transpose_b, 3, 5, 4);
      check_gemm(transpose_a, transpose_b, 1, 1, 1);
      check_gemm(transpose_a, transpose_b, 4, 3, 0);
      check_gemm(transpose_a, transpose_b, 0, 3, 2);
      check_gemm(transpose_a, transpose_b, 37, 19, 41);
    }
  }
}

TEST_CASE("gemm with beta 0 does not read what was there") {
  const Matrix a = random(2, 2, 1);
  Matrix c = Matrix::Constant(2, 2, not_a_number);
  blas::gemm(false, false, 2, 2, 2, 1, a.data(), 2, a.data(), 2, 0, c.data(), 2);
  CHECK((c - a * a).cwiseAbs().maxCoeff() < 1e-14);
}

TEST_CASE("syrk fills the upper triangle only") {
  for (const Index n : {Index{0}, Index{1}, Index{6}, Index{40}}) {
    const Matrix a = random(9, n, 4);
    const Matrix before = random(n, n, 5);
    Matrix c = before;
    blas::syrk_upper(n, 9, -1, a.data(), 9, 1, c.data(), std::max<Index>(n, 1));
    const Matrix expected = before - a.transpose() * a;
    for (Index j = 0; j < n; ++j) {
      for (Index i = 0; i < n; ++i) {
        if (i <= j) CHECK(c(i, j) == Approx(expected(i, j)).margin(1e-12));
        if (i > j) CHECK(c(i, j) == before(i, j));
      }
    }
  }
}

TEST_CASE("the Cholesky factor solves, one right-hand side or many") {
  for (const Index n : {1, 7, 31, 33, 66, 90, 200}) {
    const Matrix a = random(2 * n + 5, n, 6);
    const Matrix k = a.transpose() * a + Matrix::Identity(n, n);
    Matrix u = k;
    REQUIRE(blas::cholesky_upper(n, u.data(), n));
    for (const Index columns : {0, 1, 4, 8, 19}) {
      const Matrix x = random(n, columns, 7);
      Matrix b = k * x;
      blas::solve_upper_transposed(n, columns, u.data(), n, b.data(), n);
      blas::solve_upper(n, columns, u.data(), n, b.data(), n);
      if (columns > 0) CHECK((b - x).cwiseAbs().maxCoeff() < 1e-9);
    }
  }
}

TEST_CASE("a matrix that is not positive definite has no Cholesky factor") {
  Matrix indefinite(2, 2);
  indefinite << 1, 2, 2, 1;
  CHECK_FALSE(blas::cholesky_upper(2, indefinite.data(), 2));
  Matrix zero = Matrix::Zero(1, 1);
  CHECK_FALSE(blas::cholesky_upper(1, zero.data(), 1));
  CHECK(blas::cholesky_upper(0, zero.data(), 1));
  // Wherever in a large matrix the one bad pivot stands.
  for (const Index bad : {0, 31, 32, 63, 64, 99}) {
    Matrix large = Matrix::Identity(100, 100);
    large(bad, bad) = -1;
    CHECK_FALSE(blas::cholesky_upper(100, large.data(), 100));
  }
}

TEST_CASE("forward substitution solves the triangle exactly where it is given, and touches nothing else") {
  for (const Index n : {2, 5, 63, 64, 65, 130, 300}) {
    const Index ld = n + 3;
    Matrix u = random(ld, n, 21) / std::sqrt(static_cast<double>(n));
    for (Index i = 0; i < n; ++i) u(i, i) = 1.5;
    for (const Index columns : {2, 7, 8, 9, 40}) {
      const Matrix before = random(n + 1, columns, 22);
      Matrix b = before;
      blas::solve_upper_transposed(n, columns, u.data(), ld, b.data(), n + 1);
      const Matrix triangle = u.topRows(n).triangularView<Eigen::Upper>();
      const Matrix back = triangle.transpose() * b.topRows(n);
      const Matrix size = triangle.cwiseAbs().transpose() * b.topRows(n).cwiseAbs();
      INFO(n << " x " << columns);
      CHECK(((back - before.topRows(n)).cwiseAbs() - tolerance(n) * size).maxCoeff() <= 0);
      CHECK(b.row(n) == before.row(n));
    }
  }
}

TEST_CASE("columns from anywhere are subtracted at once") {
  for (const Index n : {1, 7, 100}) {
    const Matrix a = random(n, 30, 23);
    for (const Index count : {0, 1, 7, 8, 9, 16, 21}) {
      const Matrix factors = random(std::max<Index>(count, 1), 1, 24);
      std::vector<const double*> columns;
      const Vector before = random(n, 1, 25);
      Vector y = before;
      Vector expected = before;
      for (Index k = 0; k < count; ++k) {
        const Index j = (7 * k + 3) % 30;
        columns.push_back(a.col(j).data());
        expected -= factors(k, 0) * a.col(j);
      }
      blas::subtract_columns(n, count, columns.data(), factors.data(), y.data());
      CHECK((y - expected).cwiseAbs().maxCoeff() <= 1e-13);

      // In single precision they are widened, which loses nothing.
      const Eigen::MatrixXf narrow = a.cast<float>();
      const Matrix widened = narrow.cast<double>();
      std::vector<const float*> narrow_columns;
      for (Index k = 0; k < count; ++k) {
        const Index j = (7 * k + 3) % 30;
        narrow_columns.push_back(narrow.col(j).data());
        columns[static_cast<std::size_t>(k)] = widened.col(j).data();
      }
      Vector of_narrow = before;
      Vector of_widened = before;
      blas::subtract_columns(n, count, narrow_columns.data(), factors.data(), of_narrow.data());
      blas::subtract_columns(n, count, columns.data(), factors.data(), of_widened.data());
      CHECK((of_narrow - of_widened).cwiseAbs().maxCoeff() <= 1e-14);
    }
  }
}

TEST_CASE("vectors are multiplied and added") {
  const Matrix a = random(6, 4, 8);
  const Vector x = random(4, 1, 9);
  const Vector longer = random(6, 1, 10);
  Vector y = longer;
  blas::gemv(false, 6, 4, 3, a.data(), 6, x.data(), -1, y.data());
  CHECK((y - (3 * a * x - longer)).cwiseAbs().maxCoeff() < 1e-13);
  Vector t = x;
  blas::gemv(true, 6, 4, 1, a.data(), 6, longer.data(), 0, t.data());
  CHECK((t - a.transpose() * longer).cwiseAbs().maxCoeff() < 1e-13);
  blas::axpy(4, 2, x.data(), t.data());
  CHECK((t - a.transpose() * longer - 2 * x).cwiseAbs().maxCoeff() < 1e-13);
  CHECK(blas::dot(4, x.data(), t.data()) == Approx(x.dot(t)));
  CHECK(blas::dot(0, x.data(), t.data()) == 0);
}
