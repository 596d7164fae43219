#include "robustness/equilibrium.hpp"

#include "robustness/enclosure.hpp"
#include "robustness/rounding.hpp"
#include "robustness/sweeps.hpp"

#include <algorithm>

namespace simplicit {
namespace {

constexpr int most_equilibrium_sweeps = 1000;
constexpr double equilibrium_change_wanted = 1e-15;

}  // namespace

Matrix activated(const System& system, const Matrix& Z) {
  if (system.piecewise_linear) return Z.cwiseMax(system.slope * Z);
  Matrix X = Z;
  apply_in_place(system.activation, X);
  return X;
}

NearEquilibria near_equilibria(const System& system, const Matrix& U) {
  return near_equilibria(system, driven_by(system, system.exact, U),
                         driven_by<double>(system, system.absolute, U.cwiseAbs()));
}

NearEquilibria near_equilibria(const System& system, const Matrix& S, const Matrix& magnitude) {
  NearEquilibria reached{Matrix::Zero(system.states, S.cols()), {}, {}, {}};
  for (int sweep = 0; sweep < most_equilibrium_sweeps; ++sweep) {
    const Matrix before = reached.X;
    for (std::size_t block = 0; block < system.blocks.size(); ++block) {
      reached.X.middleRows(system.blocks[block].first, system.blocks[block].size) =
          activated(system, states_sum(system, system.exact, block, reached.X, S));
    }
    const auto change = (reached.X - before).cwiseAbs();
    const double largest = system.states > 0 ? reached.X.cwiseAbs().maxCoeff() : 0;
    if (system.feed_forward || !(change.maxCoeff() > equilibrium_change_wanted * largest)) break;
  }
  reached.Z = all_states_sum(system, system.exact, reached.X, S);
  const Matrix products = all_states_sum<double>(system, system.absolute, reached.X.cwiseAbs(), magnitude);
  const double rounding = gamma<double>(product_terms(system.states + system.inputs));
  reached.Z_error = (rounding * products).array() + underflow<double>;
  const Matrix image = activated(system, reached.Z);
  reached.residual = (1 + 0x1p-50) *
                     ((image - reached.X).cwiseAbs() + reached.Z_error + activation_error * image.cwiseAbs());
  return reached;
}

Matrix outputs_at(const System& system, const NearEquilibria& reached, const Matrix& U) {
  return outputs_of(system, system.exact, reached.X, U);
}

BoundedOutputs bounded_outputs(const System& system, const NearEquilibria& reached, const Matrix& U) {
  const Matrix distance = enclosing_radii(system, reached.residual);
  const double rounding = gamma<double>(product_terms(system.states + system.inputs));
  const Matrix none = Matrix::Zero(U.rows(), U.cols());
  BoundedOutputs outputs{outputs_at(system, reached, U), {}};
  outputs.error = ((1 + 2 * rounding) * outputs_of<double>(system, system.absolute, distance, none) +
                   rounding * outputs_of<double>(system, system.absolute, reached.X.cwiseAbs(), U.cwiseAbs()))
                      .array() +
                  underflow<double>;
  return outputs;
}

}  // namespace simplicit
