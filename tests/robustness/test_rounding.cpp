#include "robustness/dual_bound.hpp"
#include "robustness/linear_relaxation.hpp"
#include <simplicit/robustness/certify.hpp>

#include <catch2/catch.hpp>
#include <support/random_models.hpp>

#include <array>

using namespace simplicit;
using namespace simplicit::test;

namespace {

using Quad = __float128;

// One state that nothing drives, and outputs y_0 = d . u, y_1 = 0.
ImplicitModel direct_model(const Vector& d) {
  ImplicitModel model = random_model({.states = 1, .inputs = d.size(), .outputs = 2}, 1);
  model.A = SparseMatrix(1, 1);
  model.B = SparseMatrix(1, d.size());
  model.C = SparseMatrix(2, 1);
  Matrix D = Matrix::Zero(2, d.size());
  D.row(0) = d.transpose();
  model.D = D.sparseView();
  return model;
}

Quad exact_product(const Vector& d, const Vector& u) {
  Quad sum = 0;
  for (Index j = 0; j < d.size(); ++j) sum += Quad{d[j]} * Quad{u[j]};
  return sum;
}

// d and u whose product is zero but for the rounding of the last entry.
struct Cancelling {
  Vector d, u;
};
Cancelling cancelling(std::mt19937_64& engine) {
  std::normal_distribution<double> normal;
  Cancelling pair{Vector(12), Vector(12)};
  for (Index j = 0; j < 12; ++j) {
    pair.d[j] = normal(engine) * std::exp2(static_cast<double>(j % 5));
    pair.u[j] = normal(engine);
  }
  pair.d[11] = 0;
  pair.d[11] = static_cast<double>(-exact_product(pair.d, pair.u) / Quad{pair.u[11]});
  return pair;
}

double sign_of(Quad value) {
  return value > 0 ? 1 : value < 0 ? -1 : 0;
}

}  // namespace

TEST_CASE("Margins that only rounding makes positive are not certified") {
  std::mt19937_64 engine(1);
  int wrong_sign = 0;
  for (int trial = 0; trial < 400; ++trial) {
    const auto [d, u] = cancelling(engine);
    const Quad exact = exact_product(d, u);
    wrong_sign += sign_of(exact) != (d.dot(u) > 0 ? 1 : d.dot(u) < 0 ? -1 : 0) ? 1 : 0;
    for (const CertifyLevel level : {CertifyLevel::interval, CertifyLevel::linear, CertifyLevel::exact}) {
      const Certifier certifier(direct_model(d), plain_perturbation(12),
                                {.level = level, .most_domains = 10});
      const RobustVerdict verdict = certifier.verdict(u, 0, 0);
      if (exact <= 0) CHECK(verdict.status != RobustStatus::certified);
      if (exact >= 0) CHECK(verdict.status != RobustStatus::attacked);
    }
  }
  CHECK(wrong_sign > 40);  // plain arithmetic does get these wrong
}

TEST_CASE("A margin well above its rounding is certified") {
  std::mt19937_64 engine(2);
  for (int trial = 0; trial < 50; ++trial) {
    auto [d, u] = cancelling(engine);
    d[0] += u[0] > 0 ? 1e-9 : -1e-9;
    if (exact_product(d, u) < 1e-11) continue;
    const Certifier certifier(direct_model(d), plain_perturbation(12), {});
    CHECK(certifier.verdict(u, 0, 0).status == RobustStatus::certified);
  }
}

namespace {

// The margin of a model at a point as close to exact as 113 bits get, by Picard iteration.
Quad quad_margin(const ImplicitModel& model, const Vector& u, Index label, Index other) {
  const Matrix A = model.A, B = model.B, C = model.C, D = model.D;
  const Index n = model.states();
  std::vector<Quad> x(static_cast<std::size_t>(n), 0);
  for (int iteration = 0; iteration < 600; ++iteration) {
    for (Index i = 0; i < n; ++i) {
      Quad z = 0;
      for (Index j = 0; j < n; ++j) z += Quad{A(i, j)} * x[static_cast<std::size_t>(j)];
      for (Index j = 0; j < u.size(); ++j) z += Quad{B(i, j)} * Quad{u[j]};
      x[static_cast<std::size_t>(i)] = z > 0 ? z : 0;
    }
  }
  Quad margin = 0;
  for (Index i = 0; i < n; ++i)
    margin += (Quad{C(label, i)} - Quad{C(other, i)}) * x[static_cast<std::size_t>(i)];
  for (Index j = 0; j < u.size(); ++j) margin += (Quad{D(label, j)} - Quad{D(other, j)}) * Quad{u[j]};
  return margin;
}

template <class Scalar>
void check_dual_bounds_at_a_point(double scale) {
  int above = 0;
  for (unsigned seed = 0; seed < 40; ++seed) {
    ImplicitModel model = random_model({.states = 9, .inputs = 20, .outputs = 3, .density = 0.9}, seed);
    model.B *= scale;
    model.C /= scale;
    std::mt19937_64 engine(seed);
    std::normal_distribution<double> normal;
    const Vector u = Vector::NullaryExpr(20, [&] { return normal(engine); });
    const System system(model);
    const InputBoxes boxes = boxes_around(system, plain_perturbation(20), u, Vector::Zero(1));
    const DrivenBounds driven = driven_bounds(system, boxes);
    const StateBounds bounds = first_bounds(system, driven);
    const std::vector<ClassPair> pairs{{0, 0, 1}, {0, 1, 0}, {0, 0, 2}, {0, 2, 0}};
    Lanes<Scalar> lanes = margin_lanes<Scalar>(system, boxes, bounds, pairs);
    const Regions<Scalar> regions = regions_of<Scalar>(system, boxes, driven, bounds);
    relax(system, regions, system.blocks.size(), lanes);
    const DualBounds dual = dual_bounds(system, regions, boxes, lanes);
    for (std::size_t k = 0; k < pairs.size(); ++k) {
      const Quad exact = quad_margin(model, u, pairs[k].label, pairs[k].other);
      const auto lane = static_cast<Index>(k);
      CHECK(Quad{dual.proven(lane)} <= exact);
      if (Quad{dual.value[lane]} > exact) ++above;
      CHECK(static_cast<double>(exact) - dual.proven(lane) < (sizeof(Scalar) == 4 ? 1e-2 : 1e-10) * 10);
    }
  }
  CHECK(above > 10);  // the computed values alone are no bounds
}

}  // namespace

TEST_CASE("Dual bounds at a point stay below the exact margin in single and double precision") {
  for (const double scale : {1.0, 1e-8, 1e8}) {
    check_dual_bounds_at_a_point<float>(scale);
    check_dual_bounds_at_a_point<double>(scale);
  }
}
