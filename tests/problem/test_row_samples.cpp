#include <simplicit/base/error.hpp>
#include <simplicit/problem/row_samples.hpp>

#include <catch2/catch.hpp>
#include <support/random_problems.hpp>

using namespace simplicit;
using namespace simplicit::test;

namespace {

using Extended = Eigen::Matrix<long double, Eigen::Dynamic, 1>;

StoredMatrix view(const Matrix& matrix) {
  return {matrix.data(), Precision::float64, matrix.rows(), matrix.cols(), matrix.rows()};
}

Matrix widened(const StoredMatrix& stored) {
  Matrix matrix(stored.rows, stored.cols);
  copy_block(stored, 0, 0, stored.rows, stored.cols, matrix.data(), stored.rows);
  return matrix;
}

Extended residual(const Matrix& phi, const Vector& z, const SparseRow& row) {
  Extended rho = z.cast<long double>();
  for (std::size_t k = 0; k < row.columns.size(); ++k) {
    rho -= phi.col(row.columns[k]).cast<long double>() * static_cast<long double>(row.values[k]);
  }
  return rho;
}

struct Samples {
  Matrix phi;
  Matrix targets;
};

/// Features and targets that vary by about 1 around means of about `mean`; the last feature is the constant.
Samples far_from_zero(double mean, Index count) {
  RandomStream random(31, 0);
  Samples samples{random_normal(count, 7, random), random_normal(count, 3, random)};
  for (Index j = 0; j < 6; ++j) samples.phi.col(j).array() += mean * random.normal();
  for (Index j = 0; j < 3; ++j) samples.targets.col(j).array() += mean * random.normal();
  samples.phi.col(2).setConstant(0.1 * mean + 0.3);
  samples.targets.col(1).setConstant(0.7 * mean);
  samples.phi.col(6).setOnes();
  return samples;
}

}  // namespace

TEST_CASE("shifted samples lie near zero, and a constant feature is zero") {
  for (const Index count : {Index{50}, Index{1000}}) {
    const Samples data = far_from_zero(1e9, count);
    const RowSamples samples(Communicator::self(), view(data.phi), view(data.targets), true);
    CHECK(widened(samples.phi()).leftCols(6).cwiseAbs().maxCoeff() < 10);
    CHECK(widened(samples.targets()).cwiseAbs().maxCoeff() < 10);
    CHECK(samples.feature_norms()[2] == 0);
    CHECK((widened(samples.phi()).col(6).array() == 1).all());
  }
}

TEST_CASE("weights of shifted and of stored features leave the same residual") {
  const Samples data = far_from_zero(1e9, 60);
  const RowSamples samples(Communicator::self(), view(data.phi), view(data.targets), true);
  const Matrix phi = widened(samples.phi());
  const Matrix targets = widened(samples.targets());
  for (const SparseRow& stored : {SparseRow{{0, 4, 6}, {0.3, -1.7, 5}}, SparseRow{{1}, {2.5}}, SparseRow{}}) {
    const SparseRow shifted = samples.shifted(0, stored);
    const Extended there = residual(data.phi, data.targets.col(0), stored);
    const Extended here = residual(phi, targets.col(0), shifted);
    // What differs is the constant's weight of the shifted features, rounded.
    CHECK(static_cast<double>((there - here).cwiseAbs().maxCoeff()) <=
          1e-15 * static_cast<double>(there.cwiseAbs().maxCoeff() + 1));
    const SparseRow back = samples.as_stored(0, shifted);
    CHECK(back.columns == stored.columns);
    for (std::size_t k = 0; k < back.values.size(); ++k) {
      CHECK(back.values[k] == Approx(stored.values[k]).epsilon(1e-12).margin(1e-6));
    }
  }
}

TEST_CASE("without a bias the samples are what they are") {
  const Samples data = far_from_zero(10, 60);
  const RowSamples samples(Communicator::self(), view(data.phi), view(data.targets), false);
  CHECK(widened(samples.phi()) == data.phi);
  CHECK(samples.phi().in_place());
  CHECK(samples.shifted(0, {{0, 6}, {1, 2}}).values == std::vector<double>{1, 2});
  CHECK(samples.target_norm2(0) == Approx(data.targets.col(0).squaredNorm()));
  CHECK_FALSE(samples.is_constant(1));
}

TEST_CASE("a constant target is fitted without error") {
  const Samples data = far_from_zero(1.6e9 / 3, 500);
  const RowSamples samples(Communicator::self(), view(data.phi), view(data.targets), true);
  CHECK_FALSE(samples.is_constant(0));
  REQUIRE(samples.is_constant(1));
  const SparseRow fit = samples.constant_fit(1);
  CHECK(fit.columns == std::vector<int>{6});
  CHECK(fit.values[0] == data.targets(0, 1));
  CHECK(samples.shifted(1, fit).columns.empty());
}
