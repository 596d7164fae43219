#include "solve/screened_residuals.hpp"

#include <catch2/catch.hpp>
#include <support/random_problems.hpp>

using namespace simplicit;
using namespace simplicit::test;

namespace {

StoredMatrix view(const Eigen::MatrixXf& matrix, Index rows) {
  return {matrix.data(), Precision::float32, rows, matrix.cols(), matrix.rows()};
}

SparseRow some_weights(Index features, RandomStream& random) {
  Vector w = Vector::Zero(features);
  for (Index j = 0; j < features; j += 3) w[j] = random.normal();
  return sparse(w);
}

}  // namespace

TEST_CASE(
    "screened residuals agree with exact ones: all they claim exact to the last digits, the rest to "
    "float32") {
  constexpr Index samples = 77;
  constexpr Index features = 45;
  RandomStream random(3, 0);
  Eigen::MatrixXf stored = Eigen::MatrixXf::Zero(80, features);
  stored.topRows(samples) = random_normal(samples, features, random).cast<float>();
  stored.col(features - 1).head(samples).setOnes();
  Eigen::MatrixXf stored_targets = Eigen::MatrixXf::Zero(80, 3);
  stored_targets.topRows(samples) = random_normal(samples, 3, random).cast<float>() * 1e3F;
  const StoredMatrix phi = view(stored, samples);
  const StoredMatrix targets = view(stored_targets, samples);
  const std::vector<SparseRow> weights{some_weights(features, random), SparseRow{}};
  const std::vector<Index> target_columns{2, 0};
  const std::vector<int> exact_columns{0, 7, 44};
  const std::vector<ScreenedRow> rows{{2, &weights[0], &exact_columns}, {0, &weights[1], &exact_columns}};
  for (const bool bias : {false, true}) {
    const RowSamples row_samples(Communicator::self(), phi, targets, bias);
    const BlockResiduals exact = block_residuals(row_samples, target_columns, weights);
    ScreenedResiduals screened = screened_residuals(row_samples, rows);
    for (Index i = 0; i < 2; ++i) {
      const auto k = static_cast<std::size_t>(i);
      CHECK(screened.block.mean[k] == Approx(exact.mean[k]).epsilon(1e-12).margin(1e-12));
      CHECK(screened.block.centred_norm2[k] == Approx(exact.centred_norm2[k]).epsilon(1e-12));
      CHECK(screened.block.mean_norm2[k] == Approx(exact.mean_norm2[k]).epsilon(1e-10).margin(1e-12));
      CHECK(screened.block.target_dot[k] == Approx(exact.target_dot[k]).epsilon(1e-11));
      const double rho_norm = std::sqrt(exact.centred_norm2[k] + exact.mean_norm2[k]);
      const std::vector<int> one_more{9};
      screened.sharpen(row_samples.phi(), i, one_more);
      for (Index j = 0; j < features; ++j) {
        const bool sharp = j == 0 || j == 7 || j == 9 || j == 44;
        const double scale = rho_norm * stored.col(j).cast<double>().norm();
        INFO("row " << i << ", feature " << j);
        CHECK(std::abs(screened.block.correlations(j, i) - exact.correlations(j, i)) <=
              (sharp ? 1e-14 : 1e-6) * scale);
      }
    }
    CHECK(screened.block.feature_sums.data() == exact.feature_sums.data());
  }
}
