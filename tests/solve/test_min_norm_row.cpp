#include "solve/min_norm_row.hpp"
#include "solve/to_tolerance.hpp"

#include <Eigen/Dense>
#include <catch2/catch.hpp>
#include <support/reference_solver.hpp>

using namespace simplicit;
using namespace simplicit::test;

namespace {

double residual_norm(const RowData& data, const Vector& w) {
  return (data.z - data.phi * w).norm();
}

/// Half way from the smallest residual there is to that of zero.
double reachable_bound(const RowData& data) {
  const ReferencePenalty nearly_none{ReferencePenalty::Kind::l1, 1e-6 * lambda_max(data), 0};
  const ReferenceSolution nearest = reference_minimum(nearly_none, data, 1e-3, 10000);
  Vector zero = Vector::Zero(data.phi.cols());
  if (data.bias) zero[zero.size() - 1] = data.z.mean();
  return 0.5 * (residual_norm(data, nearest.w) + residual_norm(data, zero));
}

/// A row with a known solution of delta = 0: support and signs first, a dual point that proves them, then the
/// data (basis pursuit).
struct KnownSolution {
  RowData data;
  Vector w;
};

KnownSolution known_solution(std::uint64_t seed) {
  RandomStream random(seed, 3);
  KnownSolution known;
  const Index m = 15;
  const Index d = 24;
  const Index support = 6;
  known.data.phi = random_normal(m, d, random);
  known.w = Vector::Zero(d);
  for (Index j = 0; j < support; ++j) known.w[j] = (j % 2 == 0 ? 1 : -1) * (0.1 + 0.1 * random.uniform());
  const Matrix on = known.data.phi.leftCols(support);
  const Vector signs = known.w.head(support).cwiseSign();
  const Vector theta = on * (on.transpose() * on).ldlt().solve(signs);
  for (Index j = support; j < d; ++j) {
    const double correlation = std::abs(known.data.phi.col(j).dot(theta));
    if (correlation > 0.9) known.data.phi.col(j) *= 0.9 / correlation;
  }
  known.data.z = known.data.phi * known.w;
  known.data.weights.assign(static_cast<std::size_t>(d), 1.0);
  known.data.ball_columns = 4;
  known.data.kappa = 5;
  return known;
}

}  // namespace

TEST_CASE("min-norm meets its bound with a proof, over many shapes") {
  for (const Flavour flavour : {Flavour::plain, Flavour::zero_columns, Flavour::duplicated_columns,
                                Flavour::badly_scaled, Flavour::forbidden_columns, Flavour::tied_columns}) {
    for (const bool bias : {false, true}) {
      for (const bool in_ball : {false, true}) {
        for (const Index samples : {Index{12}, Index{40}}) {
          const RowShape shape{samples, 12, 14, bias, in_ball, 0.7};
          const GramRow row(random_row(shape, flavour, 12));
          const double bound = reachable_bound(row.data);
          const double delta = bound / row.data.z.norm();
          const MinNormOutcome outcome = solve_min_norm_row(row.problem, bound, to(1e-9), {});
          INFO(text(shape, flavour, 12));
          const Vector w = dense(outcome.row, row.data.phi.cols());
          REQUIRE(outcome.reached);
          CHECK(residual_norm(row.data, w) <= bound * (1 + 1e-8));
          CHECK(ball_norm(row.data, w) <= row.data.kappa * (1 + 1e-10));
          CHECK(reference_min_norm_gap(delta, row.data, w).relative <= 1e-6);
        }
      }
    }
  }
}

TEST_CASE("exact matching finds the known solution") {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const KnownSolution known = known_solution(seed);
    const GramRow row(known.data);
    const double bound = 1e-6 * known.data.z.norm();
    const MinNormOutcome outcome = solve_min_norm_row(row.problem, bound, to(1e-6), {});
    INFO("seed " << seed);
    REQUIRE(outcome.reached);
    const Vector w = dense(outcome.row, known.w.size());
    CHECK((w - known.w).cwiseAbs().maxCoeff() < 1e-4);
    CHECK(w.cwiseAbs().sum() == Approx(known.w.cwiseAbs().sum()).epsilon(1e-5));
    CHECK(residual_norm(known.data, w) <= bound * (1 + 1e-4));
  }
}

TEST_CASE("a bound that zero meets costs nothing") {
  const GramRow row(random_row({}, Flavour::plain, 13));
  const MinNormOutcome outcome = solve_min_norm_row(row.problem, 1.01 * row.data.z.norm(), to(1e-9), {});
  CHECK(outcome.reached);
  CHECK(outcome.row.columns.empty());
}

TEST_CASE("a bound out of reach is not reached, and the row is the nearest") {
  const RowShape shape{40, 6, 4, false, true, 0.3};
  const GramRow row(random_row(shape, Flavour::plain, 14));
  const ReferencePenalty nearly_none{ReferencePenalty::Kind::l1, 1e-9, 0};
  const ReferenceSolution nearest = reference_minimum(nearly_none, row.data, 1e-10);
  const double least = residual_norm(row.data, nearest.w);
  const MinNormOutcome outcome = solve_min_norm_row(row.problem, 0.9 * least, to(1e-9), {});
  CHECK_FALSE(outcome.reached);
  const Vector w = dense(outcome.row, 10);
  CHECK(residual_norm(row.data, w) == Approx(least).epsilon(1e-4));
  CHECK(ball_norm(row.data, w) <= 0.3 * (1 + 1e-10));
}

TEST_CASE("a warm start leads to the same norm") {
  const GramRow row(random_row({40, 12, 8, true, true, 0.5}, Flavour::plain, 15));
  const double bound = 0.5 * (row.data.z.array() - row.data.z.mean()).matrix().norm();
  const MinNormOutcome cold = solve_min_norm_row(row.problem, bound, to(1e-9), {});
  REQUIRE(cold.reached);
  const double norm = dense(cold.row, 21).head(20).cwiseAbs().sum();
  for (const double factor : {1.0, 0.1, 10.0}) {
    const MinNormOutcome warm =
        solve_min_norm_row(row.problem, bound, to(1e-9), {cold.row, factor * cold.lambda});
    CHECK(warm.reached);
    CHECK(dense(warm.row, 21).head(20).cwiseAbs().sum() == Approx(norm).epsilon(1e-7));
  }
}

TEST_CASE("the search stays between penalties known to meet and to miss the bound") {
  // Rows found by trial on which steps that trust the present active set alone jump to and fro.
  struct Trial {
    Flavour flavour;
    std::uint64_t seed;
    bool bias;
  };
  for (const Trial& trial :
       {Trial{Flavour::plain, 7, true}, Trial{Flavour::plain, 49, true},
        Trial{Flavour::zero_columns, 0, false}, Trial{Flavour::zero_columns, 25, true}}) {
    const GramRow row(random_row({40, 12, 14, trial.bias, true, 0.05}, trial.flavour, trial.seed));
    const double bound = 0.8 * row.data.z.norm();
    const MinNormOutcome outcome = solve_min_norm_row(row.problem, bound, to(1e-9), {});
    INFO("seed " << trial.seed << ", factorisations " << outcome.factorisations);
    REQUIRE(outcome.reached);
    CHECK(outcome.factorisations < 100);
    CHECK(reference_min_norm_gap(0.8, row.data, dense(outcome.row, row.data.phi.cols())).relative <= 1e-7);
  }
}
