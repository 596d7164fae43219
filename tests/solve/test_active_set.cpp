#include "solve/active_set.hpp"
#include "solve/descent.hpp"

#include <Eigen/Cholesky>
#include <catch2/catch.hpp>
#include <support/reference_certificate.hpp>

using namespace simplicit;
using namespace simplicit::test;

namespace {

/// Every column of a small row, with the signs of its least squares solution: nothing changes sides while the
/// penalty is small.
struct FullSet {
  FullSet(bool bias, double kappa)
      : row(random_row({40, 5, 4, bias, true, kappa}, Flavour::plain, 21)), set(row.problem, proximal_ridge) {
    least_squares =
        (row.data.phi.transpose() * row.data.phi).ldlt().solve(row.data.phi.transpose() * row.data.z);
    for (Index j = 0; j < least_squares.size(); ++j) {
      const bool free = row.data.weights[static_cast<std::size_t>(j)] == 0;
      variables.push_back({static_cast<int>(j), free ? 0 : (least_squares[j] > 0 ? 1 : -1), false});
    }
  }

  [[nodiscard]] Vector signs() const {
    Vector s(static_cast<Index>(variables.size()));
    for (std::size_t j = 0; j < variables.size(); ++j) s[static_cast<Index>(j)] = variables[j].sign;
    return s;
  }
  [[nodiscard]] Vector weights() const { return dense(set.row(), row.data.phi.cols()); }
  [[nodiscard]] double objective(double lambda) const {
    return static_cast<double>(primal({ReferencePenalty::Kind::l1, lambda, 0}, row.data, weights()));
  }

  GramRow row;
  ActiveSet set;
  Vector least_squares;
  std::vector<ActiveVariable> variables;
};

constexpr double loose = 1e3;  // a kappa that never binds

/// The minimiser with these signs, by dense algebra: inside the ball, or on it with the multiplier nu.
Vector minimiser(const FullSet& full, double lambda, double& nu) {
  const RowData& data = full.row.data;
  const Eigen::LDLT<Matrix> g(data.phi.transpose() * data.phi);
  const Vector s = full.signs();
  Vector ball = Vector::Zero(s.size());
  ball.head(data.ball_columns) = s.head(data.ball_columns);
  const Vector inside = g.solve(data.phi.transpose() * data.z - lambda * s);
  nu = std::max(0.0, (ball.dot(inside) - data.kappa) / ball.dot(g.solve(ball)));
  return inside - nu * g.solve(ball);
}

double largest_difference(const Vector& a, const Vector& b) {
  return (a - b).cwiseAbs().maxCoeff();
}

}  // namespace

TEST_CASE("a settled set is the minimiser with its signs, and knows its correlations and residual") {
  for (const bool bias : {false, true}) {
    for (const double tightness : {1.0, loose}) {
      const double kappa =
          tightness == loose ? loose : 0.98 * FullSet(bias, loose).least_squares.head(5).cwiseAbs().sum();
      FullSet full(bias, kappa);
      const double lambda = 1e-3;
      full.set.set_penalty(l1_penalty(lambda));
      REQUIRE(full.set.enter({full.variables.rbegin(), full.variables.rend()}));
      REQUIRE(full.set.settle());
      REQUIRE(full.set.settle());  // once more corrects what the ridge left
      double nu = 0;
      const Vector expected = minimiser(full, lambda, nu);
      CHECK((nu > 0) == (tightness != loose));
      CHECK(largest_difference(full.weights(), expected) < 1e-11);
      CHECK(full.set.nu() == Approx(nu).epsilon(1e-9).margin(1e-12));
      const std::vector<int> columns = full.set.row().columns;
      CHECK(std::is_sorted(columns.begin(), columns.end()));
      const Vector rho = full.row.data.z - full.row.data.phi * full.weights();
      const Vector c = full.row.data.phi.transpose() * rho;
      CHECK(largest_difference(Eigen::Map<const Vector>(full.set.correlations().data(), c.size()), c) <
            1e-11);
      CHECK(full.set.residual_norm2() == Approx(rho.squaredNorm()).epsilon(1e-12));
    }
  }
}

TEST_CASE("the norm's response is its slope in the penalty") {
  for (const double share : {0.98, loose}) {
    FullSet full(true, share * FullSet(true, loose).least_squares.head(5).cwiseAbs().sum());
    const auto norm_at = [&](double lambda) {
      double nu = 0;
      return full.signs().dot(minimiser(full, lambda, nu));
    };
    full.set.set_penalty(l1_penalty(1e-3));
    REQUIRE(full.set.enter(full.variables));
    REQUIRE(full.set.settle());
    CHECK(full.set.norm_response() == Approx((norm_at(0.5e-3) - norm_at(1.5e-3)) / 1e-3).epsilon(1e-6));
  }
}

TEST_CASE("row_at is the minimiser for another penalty, and the set stays where it is") {
  for (const double share : {0.98, loose}) {
    FullSet full(false, share * FullSet(false, loose).least_squares.head(5).cwiseAbs().sum());
    full.set.set_penalty(l1_penalty(1e-3));
    REQUIRE(full.set.enter(full.variables));
    REQUIRE(full.set.settle());
    const Vector before = full.weights();
    const std::vector<double> c = full.set.correlations();
    const double nu_before = full.set.nu();
    double nu = 0;
    const Vector expected = minimiser(full, 5e-3, nu);
    CHECK(largest_difference(dense(full.set.row_at(l1_penalty(5e-3)), expected.size()), expected) < 1e-11);
    CHECK(full.weights() == before);
    CHECK(full.set.correlations() == c);
    CHECK(full.set.nu() == nu_before);
  }
}

TEST_CASE("weights put in place are corrected, not forgotten") {
  FullSet full(false, loose);
  full.set.set_penalty(l1_penalty(1e-3));
  REQUIRE(full.set.enter(full.variables));
  const SparseRow start = sparse(full.least_squares);
  full.set.place(start, 0);
  CHECK(full.weights() == full.least_squares);
  const Vector c = full.row.data.phi.transpose() * (full.row.data.z - full.row.data.phi * full.least_squares);
  CHECK(largest_difference(Eigen::Map<const Vector>(full.set.correlations().data(), c.size()), c) < 1e-11);
  REQUIRE(full.set.settle());
  double nu = 0;
  CHECK(largest_difference(full.weights(), minimiser(full, 1e-3, nu)) < 1e-11);
}

TEST_CASE("changes of the objective are those of the objective, and a snapshot brings everything back") {
  FullSet full(true, loose);
  const double lambda = 0.5;
  full.set.set_penalty(l1_penalty(lambda));
  REQUIRE(full.set.enter({full.variables[0], full.variables[6], full.variables.back()}));
  REQUIRE(full.set.settle());
  const double before = full.objective(lambda);
  const Vector weights = full.weights();
  const ActiveSet::Snapshot snapshot = full.set.snapshot();
  REQUIRE(full.set.enter({full.variables[1], full.variables[2], full.variables[7]}));
  REQUIRE(full.set.settle());
  const double change = full.objective(lambda) - before;
  REQUIRE(std::abs(change) > 1e-3);
  CHECK(full.set.objective_change_since(snapshot).value == Approx(change).epsilon(1e-9));
  REQUIRE(full.set.restore(snapshot));
  CHECK(full.weights() == weights);
  CHECK_FALSE(full.set.contains(1));
  CHECK(std::abs(full.set.objective_change_since(snapshot).value) < 1e-12);
}

TEST_CASE("stepping never raises the objective, from weights on wrong sides too") {
  for (const double kappa : {0.3, loose}) {
    for (const double lambda : {0.1, 3.0}) {
      FullSet full(false, kappa);
      for (std::size_t j = 0; j < full.variables.size(); j += 2) full.variables[j].sign *= -1;
      full.set.set_penalty(l1_penalty(lambda));
      REQUIRE(full.set.enter(full.variables));
      const double at_zero = full.objective(lambda);
      REQUIRE(full.set.settle_step_by_step());
      CHECK(full.objective(lambda) <= at_zero * (1 + 1e-12));
      CHECK(ball_norm(full.row.data, full.weights()) <= kappa * (1 + 1e-12));
      const SparseRow row = full.set.row();
      for (std::size_t k = 0; k < row.columns.size(); ++k) {
        CHECK(row.values[k] * full.variables[static_cast<std::size_t>(row.columns[k])].sign > 0);
      }
    }
  }
}
