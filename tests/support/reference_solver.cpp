#include <Eigen/Eigenvalues>
#include <support/reference_solver.hpp>

namespace simplicit::test {

Vector prox_in_ball(const ReferencePenalty& penalty, const RowData& data, const Vector& y, double step) {
  const auto at_multiplier = [&](double nu) {
    Vector w = y;
    for (Index j = 0; j < y.size(); ++j) {
      const double weight = data.weights[static_cast<std::size_t>(j)];
      const double ball_nu = j < data.ball_columns ? nu : 0;
      if (weight == infinity)
        w[j] = 0;
      else if (weight > 0)
        w[j] = penalty.prox(y[j], step, weight, ball_nu);
    }
    return w;
  };
  Vector w = at_multiplier(0);
  if (data.ball_columns == 0 || ball_norm(data, w) <= data.kappa) return w;
  double low = 0;
  double high = y.cwiseAbs().maxCoeff() / step;
  for (int halving = 0; halving < 100; ++halving) {
    const double middle = 0.5 * (low + high);
    (ball_norm(data, at_multiplier(middle)) > data.kappa ? low : high) = middle;
  }
  return at_multiplier(high);
}

ReferenceSolution reference_minimum(const ReferencePenalty& penalty, const RowData& data, double goal,
                                    int most_steps) {
  const Matrix g = data.phi.transpose() * data.phi;
  const Vector r = data.phi.transpose() * data.z;
  const double largest = Eigen::SelfAdjointEigenSolver<Matrix>(g).eigenvalues().maxCoeff();
  const double step = largest > 0 ? 1 / largest : 1;
  ReferenceSolution best;
  best.w = Vector::Zero(r.size());
  Vector w = best.w;
  Vector point = w;
  double momentum = 1;
  for (int k = 0; k <= most_steps; ++k) {
    if (k % 250 == 0) {
      const ReferenceGap gap = reference_gap(penalty, data, w);
      if (k == 0 || gap.relative < best.relative_gap) best = {w, gap.primal, gap.relative};
      if (best.relative_gap <= goal) break;
    }
    const Vector next = prox_in_ball(penalty, data, point + step * (r - g * point), step);
    const double next_momentum = (1 + std::sqrt(1 + 4 * momentum * momentum)) / 2;
    const bool uphill = (point - next).dot(next - w) > 0;
    point = uphill ? next : Vector(next + (momentum - 1) / next_momentum * (next - w));
    momentum = uphill ? 1 : next_momentum;
    w = next;
  }
  return best;
}

}  // namespace simplicit::test
