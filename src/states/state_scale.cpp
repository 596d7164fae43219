#include "states/state_scale.hpp"

#include <simplicit/base/error.hpp>

#include <algorithm>

namespace simplicit {
namespace {

/// Leaves room for the rounding of the scaled entries and of their sums.
constexpr double below_kappa = 1 - 1e-12;

}  // namespace

double norm_inf(const Matrix& W) {
  return W.size() == 0 ? 0 : W.cwiseAbs().rowwise().sum().maxCoeff();
}

std::vector<double> layer_factors(const Mlp& mlp, double kappa) {
  std::vector<double> factors(mlp.hidden_layers(), 1.0);
  if (!positively_homogeneous(mlp.activation)) return factors;
  for (std::size_t k = 1; k < factors.size(); ++k) {
    const double norm = norm_inf(mlp.weights[k]);
    factors[k] = factors[k - 1] * (norm > kappa ? kappa * below_kappa / norm : 1.0);
  }
  return factors;
}

double scaled_norm_a_inf(const Mlp& mlp, const std::vector<double>& factors) {
  double norm = 0;
  for (std::size_t k = 1; k < mlp.hidden_layers(); ++k) {
    norm = std::max(norm, factors[k] / factors[k - 1] * norm_inf(mlp.weights[k]));
  }
  return norm;
}

Vector state_scale(const Mlp& mlp, const std::vector<double>& factors) {
  SIMPLICIT_ASSERT(factors.size() == mlp.hidden_layers(), std::to_string(factors.size()));
  Vector scale(mlp.states());
  Index first = mlp.states();
  for (std::size_t k = 0; k < factors.size(); ++k) {
    const Index units = mlp.weights[k].rows();
    first -= units;
    scale.segment(first, units).setConstant(factors[k]);
  }
  return scale;
}

}  // namespace simplicit
