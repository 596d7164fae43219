#include "robustness/dual_bound.hpp"

#include "robustness/relaxation.hpp"
#include "robustness/rounding.hpp"

#include <cmath>
#include <limits>
#include <type_traits>

namespace simplicit {
namespace {

template <class Scalar>
const Columns<Scalar>& centre_of(const InputBoxes& boxes) {
  if constexpr (std::is_same_v<Scalar, float>) {
    return boxes.centre_single;
  } else {
    return boxes.centre;
  }
}

template <class Scalar>
const Columns<Scalar>& radius_of(const InputBoxes& boxes) {
  if constexpr (std::is_same_v<Scalar, float>) {
    return boxes.radius_single;
  } else {
    return boxes.radius;
  }
}

template <class Scalar>
Columns<Scalar> padded_columns(const Matrix& M, Index rows) {
  Columns<Scalar> result = Columns<Scalar>::Zero(rows, M.cols());
  result.topRows(M.rows()) = M.cast<Scalar>();
  return result;
}

// d + B^T v, lane by lane.
template <class Scalar>
Columns<Scalar> input_coefficients(const System& system, const Lanes<Scalar>& lanes,
                                   const Columns<Scalar>& multiplied) {
  Columns<Scalar> W =
      lanes.d.size() > 0 ? lanes.d : Columns<Scalar>::Zero(system.padded_inputs, lanes.count());
  system.in<Scalar>().B.add_transposed(multiplied.data(), multiplied.rows(), multiplied.cols(), W.data(),
                                       W.rows());
  return W;
}

// sum_i m_i
template <class Scalar>
double least_of_states(const System& system, const Regions<Scalar>& regions, const Lanes<Scalar>& lanes,
                       Index lane) {
  const Index column = lanes.column[static_cast<std::size_t>(lane)];
  if (system.piecewise_linear) {
    return least_over_states(lanes.G.col(lane).data(), lanes.V.col(lane).data(), regions.ends(column),
                             system.padded_states);
  }
  double sum = 0;
  for (Index i = 0; i < system.states; ++i) {
    sum += smooth_minimum(system.activation, double{lanes.G(i, lane)}, double{lanes.V(i, lane)},
                          double{regions.lower(i, column)}, double{regions.upper(i, column)});
  }
  return sum;
}

}  // namespace

double DualBounds::proven(Index lane) const {
  return down(value[lane] - error[lane]);
}

template <class Scalar>
Regions<Scalar> regions_of(const System& system, const InputBoxes& boxes, const DrivenBounds& driven,
                           const StateBounds& bounds) {
  constexpr Scalar infinite = std::numeric_limits<Scalar>::infinity();
  const Index rows = system.padded_states;
  const Matrix at_lower = activated(system, bounds.lower);
  const Matrix at_upper = activated(system, bounds.upper);
  const Matrix Z = bounds.lower.cwiseAbs().cwiseMax(bounds.upper.cwiseAbs());
  const Relaxation slopes = relaxation(system, bounds);
  Regions<Scalar> regions;
  regions.lower = padded_columns<Scalar>(bounds.lower, rows);
  regions.upper = padded_columns<Scalar>(bounds.upper, rows);
  regions.phi_lower = padded_columns<Scalar>(at_lower, rows);
  regions.phi_upper = padded_columns<Scalar>(at_upper, rows);
  regions.negative = padded_columns<Scalar>(slopes.negative, rows);
  regions.positive = padded_columns<Scalar>(slopes.positive, rows);
  regions.magnitude = padded_columns<Scalar>(state_magnitudes(system, driven, bounds) + Z, rows);
  regions.kink = Columns<Scalar>::Constant(rows, Z.cols(), infinite);
  regions.largest = Vector::Zero(Z.cols());
  for (Index column = 0; column < Z.cols(); ++column) {
    for (Index i = 0; i < system.states; ++i) {
      if (bounds.undecided(i, column)) regions.kink(i, column) = 0;
    }
    const double largest_state =
        system.states > 0 ? std::max({Z.col(column).maxCoeff(), at_lower.col(column).cwiseAbs().maxCoeff(),
                                      at_upper.col(column).cwiseAbs().maxCoeff()})
                          : 0;
    regions.largest[column] = std::max(largest_state, boxes.largest.col(column).maxCoeff());
  }
  return regions;
}

template <class Scalar>
Columns<Scalar> with_units(const Lanes<Scalar>& lanes) {
  Columns<Scalar> V = lanes.V;
  for (std::size_t lane = 0; lane < lanes.units.size(); ++lane) {
    V(lanes.units[lane].state, static_cast<Index>(lane)) += lanes.units[lane].sign;
  }
  return V;
}

template <class Scalar>
void complete_adjoint(const System& system, Lanes<Scalar>& lanes) {
  const SystemProducts<Scalar>& products = system.in<Scalar>();
  const Columns<Scalar> V = with_units(lanes);
  lanes.G = lanes.c;
  for (std::size_t block = 0; block < system.blocks.size(); ++block) {
    const StateBlock& readers = products.readers_of[block];
    products.out_of[block].add_transposed(V.data() + readers.first, V.rows(), V.cols(),
                                          lanes.G.data() + system.blocks[block].first, lanes.G.rows());
  }
}

// Every computed g and w is off by at most gamma (|c| + |A|^T |v|) and gamma (|d| + |B|^T |v|), which moves F
// by at most gamma times |c| |x| + |d| |u| + |v| . (|A| |x| + |B| |u|); the sums over states and inputs and
// the rounding of the bounds add as much again, and |v| . |z|.
template <class Scalar>
DualBounds dual_bounds(const System& system, const Regions<Scalar>& regions, const InputBoxes& boxes,
                       const Lanes<Scalar>& lanes) {
  const double rounding = 2 * gamma<Scalar>(dual_terms(system.states, system.inputs));
  const Columns<Scalar> multiplied = with_units(lanes);
  const Columns<Scalar> W = input_coefficients(system, lanes, multiplied);
  const Columns<Scalar>& centre = centre_of<Scalar>(boxes);
  const Columns<Scalar>& radius = radius_of<Scalar>(boxes);
  const Columns<Scalar> ones = Columns<Scalar>::Ones(system.padded_states, 1);
  DualBounds bounds{Vector(lanes.count()), Vector(lanes.count())};
  for (Index lane = 0; lane < lanes.count(); ++lane) {
    const Index column = lanes.column[static_cast<std::size_t>(lane)];
    const Index box = boxes.count() == 1 ? 0 : column;
    bounds.value[lane] = least_of_states(system, regions, lanes, lane) +
                         least_over_box(W.col(lane).data(), centre.col(box).data(), radius.col(box).data(),
                                        system.padded_inputs);
    const auto* weights = regions.magnitude.col(column).data();
    double size = lanes.head[lane] + absolute_sum(lanes.V.col(lane).data(), weights, system.padded_states);
    double sum = 1 + absolute_sum(lanes.V.col(lane).data(), ones.data(), system.padded_states);
    if (!lanes.units.empty()) {
      size += weights[lanes.units[static_cast<std::size_t>(lane)].state];
      sum += 1;
    }
    bounds.error[lane] = rounding * size + underflow<Scalar> * sum * (1 + regions.largest[column]) *
                                               static_cast<double>(system.states + system.inputs);
  }
  return bounds;
}

template Regions<float> regions_of(const System&, const InputBoxes&, const DrivenBounds&, const StateBounds&);
template Regions<double> regions_of(const System&, const InputBoxes&, const DrivenBounds&,
                                    const StateBounds&);
template Columns<float> with_units(const Lanes<float>&);
template Columns<double> with_units(const Lanes<double>&);
template void complete_adjoint(const System&, Lanes<float>&);
template void complete_adjoint(const System&, Lanes<double>&);
template DualBounds dual_bounds(const System&, const Regions<float>&, const InputBoxes&, const Lanes<float>&);
template DualBounds dual_bounds(const System&, const Regions<double>&, const InputBoxes&,
                                const Lanes<double>&);

}  // namespace simplicit
