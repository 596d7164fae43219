#include "robustness/vertex_attack.hpp"

#include <simplicit/base/random.hpp>

#include <cmath>

namespace simplicit {
namespace {

constexpr Index starts_a_pair = 2;
constexpr int steps = 10;
constexpr float first_step = 2;  // from one face of the box to the other
constexpr float step_factor = 0.7F;
constexpr int most_checks = 8;

struct Descent {
  std::vector<Index> pair;  ///< of each lane
  Columns<float> U;         ///< (padded inputs x lanes)
  Columns<float> d;         ///< (padded inputs x lanes) of the lane's margin
  Columns<float> c;         ///< (u x lanes)
};

Descent begin(const ReducedSystem& reduced, std::uint64_t seed) {
  const Index pairs = reduced.c.cols();
  Descent descent;
  descent.U.resize(reduced.centre.size(), pairs * starts_a_pair);
  descent.d.resize(reduced.centre.size(), pairs * starts_a_pair);
  descent.c.resize(reduced.size(), pairs * starts_a_pair);
  RandomStream random(seed, 0);
  for (Index pair = 0; pair < pairs; ++pair) {
    for (Index start = 0; start < starts_a_pair; ++start) {
      const Index lane = pair * starts_a_pair + start;
      descent.pair.push_back(pair);
      descent.U.col(lane) = reduced.centre;
      descent.d.col(lane) = reduced.d.col(pair);
      descent.c.col(lane) = reduced.c.col(pair);
      if (start == 0) continue;
      for (Index j = 0; j < reduced.centre.size(); ++j) {
        descent.U(j, lane) += random.below(2) == 0 ? reduced.radius[j] : -reduced.radius[j];
      }
    }
  }
  return descent;
}

Columns<float> states_at(const System& system, const ReducedSystem& reduced, const Columns<float>& U) {
  Columns<float> S = Columns<float>::Zero(reduced.size(), U.cols());
  add_product(false, reduced.B, U, S);
  Columns<float> X = Columns<float>::Zero(S.rows(), S.cols());
  const auto slope = static_cast<float>(system.slope);
  for (int sweep = 0; sweep < reduced.sweeps; ++sweep) {
    Columns<float> Z = S;
    add_product(false, reduced.A, X, Z);
    if (system.piecewise_linear) {
      X = Z.cwiseMax(slope * Z);
    } else {
      X = activated(system, Z.cast<double>()).cast<float>();
    }
  }
  return X;
}

// Derivatives of the margins by the inputs, at the states X.
Columns<float> derivatives(const System& system, const ReducedSystem& reduced, const Descent& descent,
                           const Columns<float>& X) {
  const Columns<float> J = X.unaryExpr(
      [&](float x) { return static_cast<float>(derivative_at_value(system.activation, double{x})); });
  Columns<float> V = Columns<float>::Zero(X.rows(), X.cols());
  for (int sweep = 0; sweep < reduced.sweeps; ++sweep) {
    Columns<float> G = descent.c;
    add_product(true, reduced.A, V, G);
    V = J.cwiseProduct(G);
  }
  Columns<float> slopes = descent.d;
  add_product(true, reduced.B, V, slopes);
  return slopes;
}

}  // namespace

std::optional<Vector> vertex_attack(const OpenSample& sample, const ReducedSystem& reduced,
                                    std::uint64_t seed) {
  Descent descent = begin(reduced, seed);
  const Eigen::VectorXf lowest = reduced.centre - reduced.radius;
  const Eigen::VectorXf highest = reduced.centre + reduced.radius;
  float step = first_step;
  int checks = 0;
  for (int k = 0; k < steps; ++k, step *= step_factor) {
    const Columns<float> X = states_at(sample.system, reduced, descent.U);
    for (Index lane = 0; lane < descent.U.cols(); ++lane) {
      const float margin =
          descent.c.col(lane).dot(X.col(lane)) + descent.d.col(lane).dot(descent.U.col(lane));
      if (!(margin < 0) || checks >= most_checks) continue;
      ++checks;
      const auto found =
          first_counterexample(sample, descent.U.col(lane).head(sample.at.size()).cast<double>());
      if (found) return found;
    }
    const Columns<float> slope = derivatives(sample.system, reduced, descent, X);
    for (Index lane = 0; lane < descent.U.cols(); ++lane) {
      descent.U.col(lane) =
          (descent.U.col(lane).array() - step * reduced.radius.array() * slope.col(lane).array().sign())
              .max(lowest.array())
              .min(highest.array());
    }
  }
  return std::nullopt;
}

}  // namespace simplicit
