#include <simplicit/linalg/doubled.hpp>

#include <catch2/catch.hpp>
#include <support/random_problems.hpp>

using namespace simplicit;
using namespace simplicit::test;

TEST_CASE("a residual in twice the digits keeps what double precision loses") {
  RandomStream random(22, 0);
  const Index m = 40;
  const Index d = 25;
  const Matrix phi = random_normal(m, d, random);
  const Eigen::MatrixXf phi_float = phi.cast<float>();
  for (const Precision precision : {Precision::float64, Precision::float32}) {
    const Matrix values = precision == Precision::float64 ? phi : phi_float.cast<double>().eval();
    const StoredMatrix stored{precision == Precision::float64 ? static_cast<const void*>(phi.data())
                                                              : static_cast<const void*>(phi_float.data()),
                              precision, m, d, m};
    const Vector w = random_normal(d, 1, random).col(0) / 3;
    const Vector z = values * w;  // the residual is what rounds away here
    DoubledVector rho{z, Vector::Zero(m)};
    for (Index j = 0; j < d; ++j) subtract_column(stored, j, w[j], rho);
    for (Index i = 0; i < m; ++i) {
      long double expected = z[i];
      long double size = 0;
      for (Index j = 0; j < d; ++j) {
        expected -= static_cast<long double>(values(i, j)) * w[j];
        size += std::abs(values(i, j) * w[j]);
      }
      const long double found = static_cast<long double>(rho.high[i]) + rho.low[i];
      CHECK(static_cast<double>(std::abs(found - expected)) <= static_cast<double>(1e-17L * size));
    }
  }
}
