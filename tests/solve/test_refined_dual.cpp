#include "solve/gram_row.hpp"
#include "solve/refined_dual.hpp"
#include <simplicit/certify/certificate.hpp>

#include <Eigen/Dense>
#include <catch2/catch.hpp>
#include <support/reference_solver.hpp>

using namespace simplicit;
using namespace simplicit::test;

namespace {

/// The exact optimum of a row, rounded to double precision: w solves the conditions on its support.
struct RoundedOptimum {
  RowData data;
  SparseRow row;
  double nu = 0;
};

using ExtendedMatrix = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;
using ExtendedVector = Eigen::Matrix<long double, Eigen::Dynamic, 1>;

/// Square, well-posed rows that match their targets to about lambda, by the conditions in extended precision.
RoundedOptimum rounded_optimum(double lambda, bool bias, bool on_ball, std::uint64_t seed) {
  RandomStream random(seed, 5);
  RoundedOptimum optimum;
  RowData& data = optimum.data;
  const Index m = 20;
  const Index support = 9;
  const Index d = support + 6 + (bias ? 1 : 0);
  data.phi = random_normal(m, d, random);
  if (bias) data.phi.rightCols(1).setOnes();
  data.bias = bias;
  data.weights.assign(static_cast<std::size_t>(d), 1.0);
  if (bias) data.weights.back() = 0;
  // The columns beyond the support are too short to enter.
  data.phi.middleCols(support, 6) *= 1e-3;
  Vector w = Vector::Zero(d);
  for (Index j = 0; j < support; ++j) w[j] = (j % 2 == 0 ? 1 : -1) * (0.5 + random.uniform());
  if (bias) w[d - 1] = 0.7;
  data.z = data.phi * w;
  if (on_ball) {
    data.ball_columns = 4;
    data.kappa = w.head(4).cwiseAbs().sum();
    optimum.nu = 0.5 * lambda;
  }
  std::vector<Index> columns(static_cast<std::size_t>(support));
  for (Index j = 0; j < support; ++j) columns[static_cast<std::size_t>(j)] = j;
  if (bias) columns.push_back(d - 1);
  const auto k = static_cast<Index>(columns.size());
  ExtendedMatrix phi(m, k);
  ExtendedVector slopes(k);
  for (Index i = 0; i < k; ++i) {
    const Index j = columns[static_cast<std::size_t>(i)];
    phi.col(i) = data.phi.col(j).cast<long double>();
    const double sign = w[j] > 0 ? 1 : -1;
    slopes[i] = bias && j == d - 1 ? 0 : sign * (lambda + (j < data.ball_columns ? optimum.nu : 0));
  }
  const ExtendedVector exact =
      (phi.transpose() * phi).ldlt().solve(phi.transpose() * data.z.cast<long double>() - slopes);
  for (Index i = 0; i < k; ++i) {
    optimum.row.columns.push_back(static_cast<int>(columns[static_cast<std::size_t>(i)]));
    optimum.row.values.push_back(static_cast<double>(exact[i]));
  }
  if (on_ball) data.kappa = static_cast<double>(exact.head(4).cwiseAbs().sum());
  return optimum;
}

DualPoint dual_point(const RoundedOptimum& optimum, double lambda) {
  const RowData& data = optimum.data;
  const StoredMatrix phi{data.phi.data(), Precision::float64, data.phi.rows(), data.phi.cols(),
                         data.phi.rows()};
  const StoredMatrix target{data.z.data(), Precision::float64, data.z.size(), 1, data.z.size()};
  const StationaryRow stationary{{data.weights, data.ball_columns, data.kappa, data.z.squaredNorm()},
                                 l1_penalty(lambda),
                                 &optimum.row,
                                 optimum.nu};
  const RowSamples samples(Communicator::self(), phi, target, data.bias);
  const std::optional<DualPoint> point = refined_dual(samples, 0, stationary);
  REQUIRE(point);
  return *point;
}

Gap gap_of(const RoundedOptimum& optimum, const DualPoint& point, double lambda) {
  GapInput input;
  input.row = &optimum.row;
  input.v = {point.v.data(), static_cast<std::size_t>(point.v.size())};
  input.problem.weights = optimum.data.weights;
  input.problem.ball_columns = optimum.data.ball_columns;
  input.problem.kappa = optimum.data.kappa;
  input.centred_norm2 = point.norm2;
  input.mean_norm2 = point.difference_norm2;
  input.mean_dot = point.difference_dot;
  input.problem.target_norm2 = optimum.data.z.squaredNorm();
  return penalised_gap(l1_penalty(lambda), input);
}

}  // namespace

TEST_CASE("a refined dual point proves what the residual of rounded weights cannot") {
  for (const double lambda : {1e-9, 1e-11}) {
    for (const bool bias : {false, true}) {
      for (const bool on_ball : {false, true}) {
        for (std::uint64_t seed = 0; seed < 5; ++seed) {
          const RoundedOptimum optimum = rounded_optimum(lambda, bias, on_ball, seed);
          const Vector w = dense(optimum.row, optimum.data.phi.cols());
          const DualPoint point = dual_point(optimum, lambda);
          const Gap gap = gap_of(optimum, point, lambda);
          INFO("lambda " << lambda << ", bias " << bias << ", ball " << on_ball << ", seed " << seed
                         << ", gap " << gap.relative);
          const ReferencePenalty penalty{ReferencePenalty::Kind::l1, lambda, 0};
          const auto exact = static_cast<double>(primal(penalty, optimum.data, w));
          CHECK((gap.primal - gap.dual) <= 1e-11 * gap.primal);
          CHECK(gap.relative <= 1e-11);
          const ReferenceGap plain = reference_gap(penalty, optimum.data, w);
          CHECK(plain.primal - plain.dual > 1e-9 * plain.primal);
          // A bound, and of this row.
          CHECK(gap.dual <= exact * (1 + 1e-13));
          CHECK(gap.primal == Approx(exact).epsilon(1e-11));
          const Extended rho = residual(optimum.data, w);
          const double norm2 = point.norm2 + point.difference_norm2 + 2 * point.difference_dot;
          CHECK(norm2 == Approx(static_cast<double>(dot(rho, rho))).epsilon(1e-5));
          for (std::size_t k = 0; k < optimum.row.columns.size(); ++k) {
            const int j = optimum.row.columns[k];
            // The ball's multiplier moves with the rounding of kappa; it is one for all.
            const bool in_ball = j < optimum.data.ball_columns;
            const bool free = optimum.data.weights[static_cast<std::size_t>(j)] == 0;
            const double expected = free ? 0 : in_ball ? std::abs(point.v[0]) : lambda;
            CHECK(std::abs(point.v[j]) == Approx(expected).epsilon(1e-9).margin(1e-12 * lambda));
          }
        }
      }
    }
  }
}
