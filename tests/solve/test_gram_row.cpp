#include "solve/gram_row.hpp"
#include "solve/to_tolerance.hpp"

#include <catch2/catch.hpp>
#include <support/reference_solver.hpp>

using namespace simplicit;
using namespace simplicit::test;

namespace {

using Kind = ReferencePenalty::Kind;

std::vector<ReferencePenalty> penalties_at(double fraction, const RowData& data) {
  const double lambda = std::max(fraction * lambda_max(data), 1e-3);
  return {{Kind::l1, lambda, 0},
          {Kind::elastic_net, lambda, 0.5},
          {Kind::perspective, 0.25 * lambda, lambda},
          {Kind::perspective, 4 * lambda, 0.02 * lambda}};
}

/// Solves and proves it from the data.
Vector solve_and_certify(const ReferencePenalty& penalty, const GramRow& row, double tolerance,
                         const SparseRow& warm = {}) {
  const GramRowOutcome outcome =
      solve_gram_row(row.problem, penalty.of_the_product(), to(0.05 * tolerance), warm);
  REQUIRE(outcome.finite);
  const Vector w = dense(outcome.row, row.data.phi.cols());
  CHECK(ball_norm(row.data, w) <= row.data.kappa * (1 + 1e-2 * tolerance));
  for (Index j = 0; j < w.size(); ++j) {
    if (row.data.weights[static_cast<std::size_t>(j)] == infinity) CHECK(w[j] == 0);
  }
  CHECK(std::is_sorted(outcome.row.columns.begin(), outcome.row.columns.end()));
  const ReferenceGap gap = reference_gap(penalty, row.data, w);
  INFO("kind " << static_cast<int>(penalty.kind) << " " << penalty.first << " " << penalty.second
               << ": gap from the data " << gap.relative << ", through G " << outcome.relative_gap);
  CHECK(gap.relative <= tolerance);
  return w;
}

const std::vector<RowShape> shapes{
    {40, 12, 8, false, true, 0.95}, {40, 12, 8, true, true, 0.3},  {40, 12, 8, true, false},
    {10, 12, 8, false, true, 0.95}, {10, 12, 8, true, true, 5.0},  {1, 3, 2, false, true, 0.5},
    {2, 3, 2, true, true, 0.5},     {30, 1, 0, false, true, 0.01}, {30, 0, 1, false, false}};

}  // namespace

TEST_CASE("rows of every shape and flavour are solved and proven from the data") {
  for (const RowShape& shape : shapes) {
    for (const Flavour flavour : all_flavours) {
      for (std::uint64_t seed = 0; seed < 3; ++seed) {
        INFO(text(shape, flavour, seed));
        const GramRow row(random_row(shape, flavour, seed));
        for (const double fraction : {0.9, 0.1, 0.001}) {
          for (const ReferencePenalty& penalty : penalties_at(fraction, row.data)) {
            // With fewer samples than features G is singular and its rounding shows; blocks correct that from
            // the data (see mpi_blocks).
            const bool singular = shape.samples < row.data.phi.cols();
            (void)solve_and_certify(penalty, row, singular ? 1e-5 : 1e-6);
          }
        }
      }
    }
  }
}

TEST_CASE("well-conditioned rows are solved to 1e-9") {
  for (const bool bias : {false, true}) {
    for (const double kappa : {0.2, 5.0}) {
      const GramRow row(random_row({60, 20, 10, bias, true, kappa}, Flavour::plain, 5));
      for (const ReferencePenalty& penalty : penalties_at(0.05, row.data)) {
        (void)solve_and_certify(penalty, row, 1e-9);
      }
    }
  }
}

TEST_CASE("optima agree with the slow reference") {
  for (const Flavour flavour : all_flavours) {
    for (const bool bias : {false, true}) {
      const RowShape shape{30, 8, 6, bias, true, 0.6};
      INFO(text(shape, flavour, 6));
      const GramRow row(random_row(shape, flavour, 6));
      for (const ReferencePenalty& penalty : penalties_at(0.1, row.data)) {
        const ReferenceSolution slow = reference_minimum(penalty, row.data, 1e-8, 30000);
        const Vector w = solve_and_certify(penalty, row, 1e-8);
        const auto fast = static_cast<double>(primal(penalty, row.data, w));
        CHECK(fast <= slow.primal * (1 + 1e-8) + 1e-300);
        CHECK(fast >= slow.primal * (1 - slow.relative_gap) - 1e-12);
      }
    }
  }
}

TEST_CASE("ball active and inactive both occur, and its multiplier tells them apart") {
  const GramRow tight(random_row({40, 12, 8, false, true, 0.05}, Flavour::plain, 7));
  const double lambda = 0.01 * lambda_max(tight.data);
  const GramRowOutcome on_ball = solve_gram_row(tight.problem, l1_penalty(lambda), to(1e-9), {});
  CHECK(on_ball.nu > 0);
  CHECK(ball_norm(tight.data, dense(on_ball.row, 20)) == Approx(0.05).epsilon(1e-10));
  const GramRow loose(random_row({40, 12, 8, false, true, 50}, Flavour::plain, 7));
  const GramRowOutcome inside = solve_gram_row(loose.problem, l1_penalty(lambda), to(1e-9), {});
  CHECK(inside.nu == 0);
  CHECK(ball_norm(loose.data, dense(inside.row, 20)) < 50);
}

TEST_CASE("at lambda_max and above the answer is zero") {
  for (const double factor : {1.0 + 1e-12, 2.0, 1e6}) {
    const GramRow row(random_row({}, Flavour::plain, 8));
    const GramRowOutcome outcome =
        solve_gram_row(row.problem, l1_penalty(factor * lambda_max(row.data)), to(1e-7), {});
    CHECK(outcome.row.columns.empty());
  }
  const GramRow dead(random_row({}, Flavour::dead_target, 8));
  const GramRowOutcome outcome = solve_gram_row(dead.problem, l1_penalty(0.5), to(1e-7), {});
  CHECK(outcome.row.columns.empty());
  CHECK(outcome.relative_gap == 0);
}

TEST_CASE("a warm start, good, bad or nonsense, leads to the same optimum") {
  for (const Flavour flavour : {Flavour::plain, Flavour::duplicated_columns, Flavour::unequal_weights}) {
    const GramRow row(random_row({40, 12, 8, true, true, 0.4}, flavour, 9));
    RandomStream random(10, 0);
    for (const ReferencePenalty& penalty : penalties_at(0.1, row.data)) {
      const Vector cold = solve_and_certify(penalty, row, 1e-8);
      const Vector noise = random_normal(21, 1, random);
      const auto optimum = static_cast<double>(primal(penalty, row.data, cold));
      for (const Vector& start : {cold, Vector(-cold), noise, Vector(1e6 * noise)}) {
        const Vector w = solve_and_certify(penalty, row, 1e-8, sparse(start));
        CHECK(static_cast<double>(primal(penalty, row.data, w)) == Approx(optimum).epsilon(2e-8));
      }
    }
  }
}

TEST_CASE("the weights of a well-posed row do not depend on the start beyond rounding") {
  const GramRow row(random_row({60, 12, 8, false, true, 0.4}, Flavour::plain, 11));
  const ReferencePenalty penalty{Kind::l1, 0.1 * lambda_max(row.data), 0};
  const Vector cold = solve_and_certify(penalty, row, 1e-9);
  const Vector warm = solve_and_certify(penalty, row, 1e-9, sparse(Vector(-cold)));
  CHECK((cold - warm).cwiseAbs().maxCoeff() <= 1e-12 * cold.cwiseAbs().maxCoeff());
}
