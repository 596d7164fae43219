#include <simplicit/problem/penalty.hpp>

#include <catch2/catch.hpp>
#include <support/reference_penalty.hpp>

#include <vector>

using namespace simplicit;
using namespace simplicit::test;

namespace {

using Kind = ReferencePenalty::Kind;

const std::vector<ReferencePenalty> penalties{
    {Kind::l1, 0.7, 0},          {Kind::elastic_net, 0.7, 0.5},  {Kind::elastic_net, 2, 0.05},
    {Kind::elastic_net, 0.7, 1}, {Kind::elastic_net, 1, 0.9999}, {Kind::perspective, 0.3, 0.2},
    {Kind::perspective, 4, 0.1}, {Kind::perspective, 0.01, 5},   {Kind::ridge, 0.4, 0}};

constexpr double grid_end = 60;
constexpr int grid_steps = 60000;
constexpr double grid_step = grid_end / grid_steps;

double brute_force_conjugate(const Penalty& penalty, double v) {
  double largest = 0;
  for (int k = 0; k <= grid_steps; ++k) {
    const double w = k * grid_step;
    largest = std::max(largest, std::abs(v) * w - penalty.value(w));
  }
  return largest;
}

}  // namespace

TEST_CASE("penalties have the values of their formulas") {
  for (const ReferencePenalty& reference : penalties) {
    const Penalty penalty = reference.of_the_product();
    for (const double w : {0.0, 1e-9, 0.1, 0.5, 1.0, 1.2247448713915890, 1.3, 6.0, 7.0, 100.0}) {
      const auto expected = static_cast<double>(reference.value(w));
      CHECK(penalty.value(w) == Approx(expected).epsilon(1e-14));
      CHECK(penalty.value(-w) == penalty.value(w));
    }
  }
}

TEST_CASE("the perspective penalty is the relaxation it is named for") {
  const double mu = 0.3;
  const double gamma = 0.2;
  const Penalty penalty = perspective_penalty(mu, gamma);
  for (const double w : {0.05, 0.4, 1.2, 1.3, 5.0}) {
    double smallest = infinity;
    for (int k = 1; k <= 100000; ++k) {
      const double t = k * 1e-5;
      smallest = std::min(smallest, mu * t + gamma * w * w / t);
    }
    CHECK(penalty.value(w) == Approx(smallest).epsilon(1e-6));
  }
}

TEST_CASE("slopes are those of the values, and continuous at the knee") {
  for (const ReferencePenalty& reference : penalties) {
    const Penalty penalty = reference.of_the_product();
    for (const double w : {0.01, 0.3, 2.0, 9.0}) {
      const double h = 1e-5;
      if (std::abs(w - penalty.knee) < 2 * h) continue;
      const double difference = (penalty.value(w + h) - penalty.value(w - h)) / (2 * h);
      CHECK(penalty.derivative(w) == Approx(difference).epsilon(1e-6));
    }
    CHECK(penalty.derivative(0) == Approx(reference.slope()));
    if (penalty.knee == infinity) continue;
    const double before = penalty.knee * (1 - 1e-12);
    CHECK(penalty.derivative(before) == Approx(penalty.derivative(penalty.knee)));
    CHECK(penalty.value(before) == Approx(penalty.value(penalty.knee * (1 + 1e-12))));
  }
}

TEST_CASE("conjugates are the largest v w - h(w)") {
  for (const ReferencePenalty& reference : penalties) {
    const Penalty penalty = reference.of_the_product();
    for (const double v : {0.0, 0.01, 0.2, 0.35, 0.69999, 1.0, 1.3, 2.0}) {
      INFO("kind " << static_cast<int>(reference.kind) << ", " << reference.first << ", " << reference.second
                   << ", v = " << v);
      const auto expected = static_cast<double>(reference.conjugate(v));
      CHECK(penalty.conjugate(-v) == penalty.conjugate(v));
      if (expected == infinity) {
        CHECK(penalty.conjugate(v) == infinity);
        CHECK(penalty.argument_above(v - penalty.slope) == infinity);
        continue;
      }
      CHECK(penalty.conjugate(v) == Approx(expected).epsilon(1e-12).margin(1e-15));
      const double w = penalty.argument_above(v - penalty.slope);
      CHECK(v * w - penalty.value(w) == Approx(expected).epsilon(1e-9).margin(1e-12));
      if (w < grid_end) {
        const double brute = brute_force_conjugate(penalty, v);
        CHECK(brute <= penalty.conjugate(v) + 1e-12);
        CHECK(brute >= penalty.conjugate(v) - 10 * grid_step * grid_step);
      }
    }
  }
}

TEST_CASE("just above the slope the conjugate keeps its digits") {
  // A knee far out: the conjugate is a small product of a tiny excess, not a difference of large numbers.
  const Penalty perspective = perspective_penalty(1e8, 1e-6);
  const double excess = 1e-15;
  CHECK(perspective.conjugate_above(excess) == Approx(perspective.knee * excess).epsilon(1e-12));
  CHECK(perspective.conjugate_above(0) == 0);
  CHECK(perspective.conjugate_above(-excess) == 0);
}

TEST_CASE("the maximiser is the smallest one") {
  const Penalty perspective = perspective_penalty(0.3, 0.2);
  CHECK(perspective.argument_above(0) == 0);
  CHECK(l1_penalty(0.7).argument_above(0) == 0);
  CHECK(perspective.argument_above(1e-9 * perspective.slope) == Approx(perspective.knee).epsilon(1e-6));
}

TEST_CASE("only penalties that grow faster than linearly have conjugates that are finite everywhere") {
  for (const ReferencePenalty& reference : penalties) {
    const Penalty penalty = reference.of_the_product();
    CHECK(penalty.superlinear() == (penalty.conjugate(1e6) < infinity));
  }
}

TEST_CASE("a scaled penalty is factor^2 h(w / factor)") {
  for (const ReferencePenalty& reference : penalties) {
    const Penalty penalty = reference.of_the_product();
    for (const double factor : {1.0, 3.0, 1e4}) {
      const Penalty scaled = penalty.scaled(factor);
      CHECK(scaled.slope == Approx(factor * penalty.slope));
      CHECK(scaled.curvature == penalty.curvature);
      CHECK(scaled.far_curvature == penalty.far_curvature);
      for (const double w : {0.0, 0.4, 1.2, 1.3, 9.0, 1e5}) {
        CHECK(scaled.value(w) == Approx(factor * factor * penalty.value(w / factor)).epsilon(1e-12));
      }
    }
  }
}
