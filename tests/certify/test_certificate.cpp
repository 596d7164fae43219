#include <simplicit/certify/certificate.hpp>

#include <catch2/catch.hpp>
#include <support/reference_solver.hpp>

using namespace simplicit;
using namespace simplicit::test;

namespace {

using Kind = ReferencePenalty::Kind;

/// What block_residuals would hand to the certificate, from the data.
struct Measured {
  Measured(const RowData& data, const Vector& w) : row(sparse(w)) {
    const Vector rho = data.z - data.phi * w;
    const double mean = data.bias ? rho.mean() : 0;
    const Vector rho_c = (rho.array() - mean).matrix();
    v = data.phi.transpose() * rho_c;
    input.row = &row;
    input.v = {v.data(), static_cast<std::size_t>(v.size())};
    input.problem.weights = data.weights;
    input.problem.ball_columns = data.ball_columns;
    input.problem.kappa = data.kappa;
    input.centred_norm2 = rho_c.squaredNorm();
    input.mean_norm2 = static_cast<double>(rho.size()) * mean * mean;
    input.problem.target_norm2 = data.z.squaredNorm();
    input.target_dot = data.z.dot(rho_c);
  }
  Measured(const Measured&) = delete;
  Measured& operator=(const Measured&) = delete;
  SparseRow row;
  Vector v;
  GapInput input;
};

std::vector<ReferencePenalty> penalties_for(const RowData& data) {
  const double lambda = std::max(0.1 * lambda_max(data), 1e-3);
  return {{Kind::l1, lambda, 0},
          {Kind::elastic_net, lambda, 0.5},
          {Kind::elastic_net, lambda, 0.9999},
          {Kind::elastic_net, lambda, 1},
          {Kind::perspective, 0.3 * lambda, 0.5 * lambda},
          {Kind::ridge, lambda, 0}};
}

/// Some weights that respect ball and forbidden columns.
Vector feasible_point(const RowData& data, RandomStream& random, double density) {
  Vector w(data.phi.cols());
  for (Index j = 0; j < w.size(); ++j) {
    const bool allowed = data.weights[static_cast<std::size_t>(j)] < infinity;
    w[j] = allowed && random.uniform() < density ? random.normal() : 0;
  }
  const double norm = ball_norm(data, w);
  if (norm > data.kappa) w.head(data.ball_columns) *= 0.999 * data.kappa / norm;
  return w;
}

template <class Check>
void for_awkward_rows(const Check& check) {
  for (const Flavour flavour : all_flavours) {
    for (const bool bias : {false, true}) {
      for (const bool in_ball : {false, true}) {
        const RowShape shape{25, 7, 5, bias, in_ball, 0.8};
        INFO(text(shape, flavour, 1));
        check(random_row(shape, flavour, 1));
      }
    }
  }
}

}  // namespace

TEST_CASE("the penalised gap is that of its formulas at any feasible weights") {
  for_awkward_rows([](const RowData& data) {
    RandomStream random(5, 0);
    for (const ReferencePenalty& penalty : penalties_for(data)) {
      for (const double density : {0.0, 0.3, 1.0}) {
        const Vector w = feasible_point(data, random, density);
        const Measured measured(data, w);
        const Gap gap = penalised_gap(penalty.of_the_product(), measured.input);
        const ReferenceGap expected = reference_gap(penalty, data, w);
        INFO("kind " << static_cast<int>(penalty.kind) << " alpha " << penalty.second << " density "
                     << density << ": primal " << gap.primal << " against " << expected.primal << ", dual "
                     << gap.dual << " against " << expected.dual);
        CHECK(gap.primal == Approx(expected.primal).epsilon(1e-12).margin(1e-300));
        CHECK(std::abs(gap.dual - expected.dual) <= 1e-11 * (std::abs(expected.dual) + gap.primal));
        CHECK(gap.relative == Approx(std::max(0.0, expected.relative)).epsilon(1e-9).margin(1e-11));
        CHECK(gap.nu >= 0);
      }
    }
  });
}

TEST_CASE("the dual value never exceeds the optimum, and meets it at the optimum") {
  for_awkward_rows([](const RowData& data) {
    for (const ReferencePenalty& penalty : penalties_for(data)) {
      if (penalty.kind == Kind::elastic_net && penalty.second > 0.9) continue;
      const ReferenceSolution optimum = reference_minimum(penalty, data, 1e-8, 20000);
      INFO("kind " << static_cast<int>(penalty.kind) << ", reference gap " << optimum.relative_gap);
      REQUIRE(optimum.relative_gap <= 1e-6);
      RandomStream random(6, 0);
      const double slack = 1e-12 * (1 + optimum.primal);
      for (int trial = 0; trial < 5; ++trial) {
        const Measured anywhere(data, feasible_point(data, random, 0.5));
        CHECK(penalised_gap(penalty.of_the_product(), anywhere.input).dual <= optimum.primal + slack);
      }
      const Measured there(data, optimum.w);
      const Gap gap = penalised_gap(penalty.of_the_product(), there.input);
      CHECK(gap.dual <= optimum.primal + slack);
      CHECK(gap.relative <= 1e-6);
    }
  });
}

TEST_CASE("a row with a target of zero and weights of zero has no gap") {
  const RowData data = random_row({}, Flavour::dead_target, 2);
  const Measured measured(data, Vector::Zero(data.phi.cols()));
  const Gap gap = penalised_gap(l1_penalty(0.5), measured.input);
  CHECK(gap.primal == 0);
  CHECK(gap.dual == 0);
  CHECK(gap.relative == 0);
  CHECK(min_norm_gap(0.1, measured.input).relative == 0);
}

TEST_CASE("a tiny objective has a relative gap of its own, whatever the target's size") {
  RowData data = random_row({30, 6, 5, false, false}, Flavour::plain, 3);
  const Vector w = Vector::Constant(data.phi.cols(), 0.5);
  data.z = data.phi * w;
  const double lambda = 1e-13;
  const Measured matching(data, w);  // no residual, hence nothing to prove it by
  CHECK(penalised_gap(l1_penalty(lambda), matching.input).relative == Approx(1).epsilon(1e-2));
}

TEST_CASE("rounding of what it is computed from only widens the gap") {
  for_awkward_rows([](const RowData& data) {
    const ReferencePenalty penalty = penalties_for(data).front();
    RandomStream random(9, 0);
    Measured measured(data, feasible_point(data, random, 0.5));
    const Gap without = penalised_gap(penalty.of_the_product(), measured.input);
    const Gap norm_without = min_norm_gap(0.1, measured.input);
    std::vector<double> norms;
    for (Index j = 0; j < data.phi.cols(); ++j) norms.push_back(data.phi.col(j).norm());
    measured.input.feature_norms = norms;
    for (const double rounding : {1e-14, 1e-6, 1e-1}) {
      measured.input.correlation_rounding = rounding;
      measured.input.residual_rounding = rounding;
      measured.input.target_dot_rounding = rounding;
      const Gap with = penalised_gap(penalty.of_the_product(), measured.input);
      CHECK(with.primal == without.primal);
      CHECK(with.dual <= without.dual);
      CHECK(with.dual >= 0);
      CHECK(min_norm_gap(0.1, measured.input).dual <= norm_without.dual);
    }
  });
}

TEST_CASE("an objective that rounding of the weights makes is exact to rounding") {
  const RowData data = random_row({30, 6, 5, false, false}, Flavour::plain, 3);
  const double lambda = 1e-40;
  const Vector w = Vector::Constant(data.phi.cols(), 0.5);
  RowData matching = data;
  matching.z = data.phi * w;
  matching.z[0] += 1e-15;
  Measured measured(matching, w);
  const Gap missed = penalised_gap(l1_penalty(lambda), measured.input);
  CHECK_FALSE(missed.exact);
  measured.input.resolution = 2 * std::sqrt(2 * missed.primal);
  CHECK(penalised_gap(l1_penalty(lambda), measured.input).exact);
  measured.input.resolution = 0.5 * std::sqrt(2 * missed.primal);
  CHECK_FALSE(penalised_gap(l1_penalty(lambda), measured.input).exact);
}

TEST_CASE("at lambda_max zero is optimal and its gap says so") {
  for (const bool bias : {false, true}) {
    RowData data = random_row({30, 6, 5, bias, false}, Flavour::plain, 3);
    Vector w = Vector::Zero(data.phi.cols());
    if (bias) w[w.size() - 1] = data.z.mean();
    const Measured measured(data, w);
    const double largest = lambda_max(data);
    CHECK(penalised_gap(l1_penalty(largest * (1 + 1e-12)), measured.input).relative <= 1e-14);
    CHECK(penalised_gap(l1_penalty(largest * 0.9), measured.input).relative > 1e-4);
  }
}

TEST_CASE("a gap far below the objective does not cancel") {
  RowData data = random_row({30, 6, 5, false, true}, Flavour::plain, 4);
  const ReferencePenalty penalty{Kind::l1, 0.05 * lambda_max(data), 0};
  const ReferenceSolution optimum = reference_minimum(penalty, data, 1e-17, 60000);
  const Measured measured(data, optimum.w);
  CHECK(penalised_gap(penalty.of_the_product(), measured.input).relative <= 1e-14);
}

TEST_CASE("the min-norm gap is the best D(t)") {
  for_awkward_rows([](const RowData& data) {
    RandomStream random(7, 0);
    for (const double delta : {0.0, 0.1, 0.5}) {
      for (const double density : {0.1, 1.0}) {
        const Vector w = feasible_point(data, random, density);
        const Measured measured(data, w);
        const Gap gap = min_norm_gap(delta, measured.input);
        const ReferenceGap expected = reference_min_norm_gap(delta, data, w);
        INFO("delta " << delta << ", density " << density << ": dual " << gap.dual << " against "
                      << expected.dual);
        CHECK(gap.primal == Approx(expected.primal).epsilon(1e-12));
        CHECK(gap.dual == Approx(expected.dual).epsilon(1e-8).margin(1e-10));
        CHECK(gap.relative == Approx(std::max(0.0, expected.relative)).epsilon(1e-8).margin(1e-10));
      }
    }
  });
}

TEST_CASE("the best D(t) may lie where two columns of the ball cross") {
  // D(t) = min(3 t, 3 t - (2 t - 1), 3 t - (4 t - 2.5)): column 0 sets in at t = 0.5, column 1 takes over at
  // t = 0.75, and D falls from there on.
  SparseRow row{{0}, {2.0}};
  const std::vector<double> v{2, 4, 0.1};
  const std::vector<double> weights{1, 2.5, 1};
  GapInput input;
  input.row = &row;
  input.v = v;
  input.problem.weights = weights;
  input.problem.ball_columns = 2;
  input.problem.kappa = 1;
  input.problem.target_norm2 = 1;
  input.centred_norm2 = 1;
  input.target_dot = 3;
  const Gap gap = min_norm_gap(0, input);
  CHECK(gap.primal == 2);
  CHECK(gap.dual == Approx(3 * 0.75 - 0.5));
  CHECK(gap.nu == Approx(0.5));
  CHECK(gap.relative == Approx(0.25 / 2));
}

TEST_CASE("a dual that grows without end is the largest number there is") {
  SparseRow row{{0}, {0.5}};
  const std::vector<double> v{0.2};
  const std::vector<double> weights{1};
  GapInput input;
  input.row = &row;
  input.v = v;
  input.problem.weights = weights;
  input.problem.ball_columns = 1;
  input.problem.kappa = 1;
  input.problem.target_norm2 = 1;
  input.centred_norm2 = 1;
  input.target_dot = 1;
  CHECK(min_norm_gap(0.1, input).dual == std::numeric_limits<double>::max());
}

TEST_CASE("the min-norm dual never exceeds the norm of weights that match") {
  RandomStream random(8, 0);
  for (int trial = 0; trial < 20; ++trial) {
    RowData data = random_row({6, 8, 7, trial % 2 == 1, true, 0.9}, Flavour::plain, 9);
    const Vector matching = feasible_point(data, random, 0.6);
    data.z = data.phi * matching;  // delta 0 is feasible
    double norm = 0;
    for (Index j = 0; j < matching.size(); ++j) {
      norm += data.weights[static_cast<std::size_t>(j)] * std::abs(matching[j]);
    }
    for (const double delta : {0.0, 0.2}) {
      for (int point = 0; point < 5; ++point) {
        const Measured measured(data, feasible_point(data, random, 0.5));
        CHECK(min_norm_gap(delta, measured.input).dual <= norm * (1 + 1e-12));
      }
    }
  }
}
