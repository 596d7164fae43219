#ifdef SIMPLICIT_WITH_RAPIDCHECK
#include "solve/gram_row.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <support/reference_solver.hpp>

#include <numeric>

using namespace simplicit;
using namespace simplicit::test;

namespace {

using Kind = ReferencePenalty::Kind;

constexpr double tolerance = 1e-8;

RowData any_row() {
  RowShape shape;
  shape.states = *rc::gen::inRange<Index>(0, 15);
  shape.inputs = *rc::gen::inRange<Index>(1, 12);
  shape.samples = shape.states + shape.inputs + *rc::gen::inRange<Index>(3, 30);
  shape.bias = *rc::gen::arbitrary<bool>();
  shape.in_ball = *rc::gen::arbitrary<bool>();
  shape.kappa = *rc::gen::element(0.05, 0.5, 0.95, 20.0);
  const Flavour flavour =
      *rc::gen::elementOf(std::vector<Flavour>(std::begin(all_flavours), std::end(all_flavours)));
  const auto seed = *rc::gen::inRange<std::uint64_t>(0, 1000000);
  RC_LOG() << text(shape, flavour, seed) << "\n";
  return random_row(shape, flavour, seed);
}

ReferencePenalty any_penalty(const RowData& data) {
  const double fraction = *rc::gen::element(0.9, 0.3, 0.1, 0.01);
  const double lambda = std::max(fraction * lambda_max(data), 1e-3);
  const ReferencePenalty penalty = *rc::gen::element(
      ReferencePenalty{Kind::l1, lambda, 0}, ReferencePenalty{Kind::elastic_net, lambda, 0.5},
      ReferencePenalty{Kind::perspective, 0.5 * lambda, 0.5 * lambda});
  RC_LOG() << "kind " << static_cast<int>(penalty.kind) << ", " << penalty.first << ", " << penalty.second
           << "\n";
  return penalty;
}

Vector solve(const ReferencePenalty& penalty, const RowData& data) {
  GramRowSettings settings;
  settings.tolerance = 0.01 * tolerance;
  const GramRow row(data);
  return dense(solve_gram_row(row.problem, penalty.of_the_product(), settings, {}).row, data.phi.cols());
}

double optimum(const ReferencePenalty& penalty, const RowData& data) {
  return static_cast<double>(primal(penalty, data, solve(penalty, data)));
}

void hold(const char* property, const std::function<void()>& testable) {
  CHECK(rc::check(property, testable));
}

}  // namespace

TEST_CASE("properties of any row") {
  hold("its certificate, recomputed from the data, holds", [] {
    const RowData data = any_row();
    const ReferencePenalty penalty = any_penalty(data);
    const ReferenceGap gap = reference_gap(penalty, data, solve(penalty, data));
    RC_LOG() << "gap " << gap.relative << "\n";
    RC_ASSERT(gap.relative <= tolerance);
  });
  hold("the ball holds, and forbidden columns stay zero", [] {
    const RowData data = any_row();
    const Vector w = solve(any_penalty(data), data);
    RC_ASSERT(ball_norm(data, w) <= data.kappa * (1 + 1e-10));
    for (Index j = 0; j < w.size(); ++j) {
      RC_ASSERT(data.weights[static_cast<std::size_t>(j)] < infinity || w[j] == 0);
    }
  });
  hold("scaling z, lambda and kappa together scales w", [] {
    const RowData data = any_row();
    const ReferencePenalty penalty{Kind::l1, std::max(0.1 * lambda_max(data), 1e-3), 0};
    RowData scaled = data;
    ReferencePenalty scaled_penalty = penalty;
    const double factor = 4;  // a power of two: not a bit changes
    scaled.z *= factor;
    scaled.kappa *= factor;
    scaled_penalty.first *= factor;
    RC_ASSERT(solve(scaled_penalty, scaled) == Vector(factor * solve(penalty, data)));
  });
  hold("permuting the columns leaves the optimal value alone", [] {
    const RowData data = any_row();
    const ReferencePenalty penalty = any_penalty(data);
    // Within the states and within the inputs, so that the ball keeps its columns.
    RowData permuted = data;
    const Index end = data.phi.cols() - (data.bias ? 1 : 0);
    const auto reverse = [&](Index from, Index to) {
      for (Index j = from; j < to; ++j) {
        permuted.phi.col(j) = data.phi.col(to - 1 - (j - from));
        permuted.weights[static_cast<std::size_t>(j)] =
            data.weights[static_cast<std::size_t>(to - 1 - (j - from))];
      }
    };
    reverse(0, data.ball_columns);
    reverse(data.ball_columns, end);
    const double before = optimum(penalty, data);
    RC_ASSERT(std::abs(optimum(penalty, permuted) - before) <= 2 * tolerance * before);
  });
}

TEST_CASE("any small row agrees with the slow reference") {
  hold("optimum", [] {
    const RowData data = any_row();
    const ReferencePenalty penalty = any_penalty(data);
    const ReferenceSolution slow = reference_minimum(penalty, data, 1e-7, 4000);
    const double fast = optimum(penalty, data);
    RC_ASSERT(fast <= slow.primal * (1 + tolerance));
    RC_ASSERT(fast >= slow.primal * (1 - slow.relative_gap) - 1e-12);
  });
}
#endif
