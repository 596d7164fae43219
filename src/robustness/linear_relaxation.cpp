#include "robustness/linear_relaxation.hpp"

#include "robustness/sweeps.hpp"

#include <algorithm>
#include <type_traits>

namespace simplicit {
namespace {

// Sweeps of the adjoint where the model has feedback; more gained nothing on trained models.
constexpr int adjoint_sweeps = 12;
constexpr Index lanes_per_product = 512;

// What is multiplied with A^T is v with the units, which `multiplied` holds.
template <class Scalar>
void sweep_adjoint(const System& system, const Regions<Scalar>& regions, std::size_t end,
                   Lanes<Scalar>& lanes, Columns<Scalar>& multiplied) {
  const SystemProducts<Scalar>& products = system.in<Scalar>();
  for (std::size_t block = end; block-- > 0;) {
    const StateBlock& rows = system.blocks[block];
    const StateBlock& readers = products.readers_of[block];
    Columns<Scalar> G = lanes.c.middleRows(rows.first, rows.size);
    products.out_of[block].add_transposed(multiplied.data() + readers.first, multiplied.rows(),
                                          multiplied.cols(), G.data(), G.rows());
    for (Index lane = 0; lane < lanes.count(); ++lane) {
      const Index column = lanes.column[static_cast<std::size_t>(lane)];
      relaxed(G.col(lane).data(), regions.negative.col(column).data() + rows.first,
              regions.positive.col(column).data() + rows.first, lanes.V.col(lane).data() + rows.first,
              rows.size);
      lanes.G.col(lane).segment(rows.first, rows.size) = G.col(lane);
      multiplied.col(lane).segment(rows.first, rows.size) = lanes.V.col(lane).segment(rows.first, rows.size);
      if (!lanes.units.empty()) {
        const auto& unit = lanes.units[static_cast<std::size_t>(lane)];
        if (unit.state >= rows.first && unit.state < rows.end()) multiplied(unit.state, lane) += unit.sign;
      }
    }
  }
}

// One state of one column whose sign is not known.
struct Undecided {
  Index column;
  Index state;
};

std::vector<Undecided> undecided_states(const System& system, const StateBounds& bounds,
                                        const StateBlock& among) {
  std::vector<Undecided> found;
  for (Index column = 0; column < bounds.lower.cols(); ++column) {
    for (Index i = among.first; i < among.end(); ++i) {
      const bool of_interest = system.piecewise_linear ? system.slope < 1 && bounds.undecided(i, column)
                                                       : bounds.upper(i, column) > bounds.lower(i, column);
      if (of_interest && system.reads_states[static_cast<std::size_t>(i)]) found.push_back({column, i});
    }
  }
  return found;
}

// z and -z of each state from below.
template <class Scalar>
Lanes<Scalar> state_lanes(const System& system, std::span<const Undecided> states) {
  Lanes<Scalar> lanes;
  for (const Undecided& at : states) {
    for (const Scalar sign : {Scalar{1}, Scalar{-1}}) {
      lanes.column.push_back(at.column);
      lanes.units.push_back({at.state, sign});
    }
  }
  lanes.c = Columns<Scalar>::Zero(system.padded_states, lanes.count());
  lanes.head = Vector::Zero(lanes.count());
  return lanes;
}

void improve(const DualBounds& proven, std::span<const Undecided> states, StateBounds& bounds) {
  for (std::size_t k = 0; k < states.size(); ++k) {
    double& lower = bounds.lower(states[k].state, states[k].column);
    double& upper = bounds.upper(states[k].state, states[k].column);
    const double least = proven.proven(static_cast<Index>(2 * k));
    const double most = -proven.proven(static_cast<Index>(2 * k + 1));
    if (least > lower) lower = least;
    if (most < upper) upper = most;
  }
}

template <class Scalar>
void tighten_states(const System& system, const InputBoxes& boxes, const DrivenBounds& driven,
                    std::size_t end, const std::vector<Undecided>& states, StateBounds& bounds) {
  if (states.empty()) return;
  const Regions<Scalar> regions = regions_of<Scalar>(system, boxes, driven, bounds);
  constexpr std::size_t at_once = lanes_per_product / 2;
  for (std::size_t first = 0; first < states.size(); first += at_once) {
    const auto some = std::span(states).subspan(first, std::min(at_once, states.size() - first));
    Lanes<Scalar> lanes = state_lanes<Scalar>(system, some);
    relax(system, regions, end, lanes);
    improve(dual_bounds(system, regions, boxes, lanes), some, bounds);
  }
}

void tighten_some(const System& system, const InputBoxes& boxes, const DrivenBounds& driven, std::size_t end,
                  const std::vector<Undecided>& states, StateBounds& bounds) {
  if (system.piecewise_linear) {
    tighten_states<float>(system, boxes, driven, end, states, bounds);
  } else {
    tighten_states<double>(system, boxes, driven, end, states, bounds);
  }
}

template <class Scalar>
DualBounds relaxed_margins(const System& system, const InputBoxes& boxes, const DrivenBounds& driven,
                           const StateBounds& bounds, const std::vector<ClassPair>& pairs) {
  Lanes<Scalar> lanes = margin_lanes<Scalar>(system, boxes, bounds, pairs);
  const Regions<Scalar> regions = regions_of<Scalar>(system, boxes, driven, bounds);
  relax(system, regions, system.blocks.size(), lanes);
  return dual_bounds(system, regions, boxes, lanes);
}

}  // namespace

template <class Scalar>
void relax(const System& system, const Regions<Scalar>& regions, std::size_t end, Lanes<Scalar>& lanes) {
  lanes.V = Columns<Scalar>::Zero(system.padded_states, lanes.count());
  lanes.G = lanes.c;
  Columns<Scalar> multiplied = with_units(lanes);
  const int sweeps = system.feed_forward ? 1 : adjoint_sweeps;
  for (int sweep = 0; sweep < sweeps; ++sweep) sweep_adjoint(system, regions, end, lanes, multiplied);
  if (!system.feed_forward) complete_adjoint(system, lanes);
}

void tighten(const System& system, const InputBoxes& boxes, const DrivenBounds& driven, StateBounds& bounds) {
  const Matrix magnitudes = state_magnitudes(system, driven, bounds);
  if (!system.feed_forward) {
    for (int pass = 0; pass < 2; ++pass) {
      const auto states = undecided_states(system, bounds, {0, system.states});
      tighten_some(system, boxes, driven, system.blocks.size(), states, bounds);
      sweep_interval(system, driven, magnitudes, bounds);
    }
    return;
  }
  for (std::size_t block = 1; block < system.blocks.size(); ++block) {
    sweep_block(system, block, driven, magnitudes, bounds);
    tighten_some(system, boxes, driven, block, undecided_states(system, bounds, system.blocks[block]),
                 bounds);
  }
}

template <class Scalar>
Lanes<Scalar> margin_lanes(const System& system, const InputBoxes& boxes, const StateBounds& bounds,
                           const std::vector<ClassPair>& pairs) {
  Lanes<Scalar> lanes;
  const auto count = static_cast<Index>(pairs.size());
  const Matrix X =
      activated(system, bounds.lower).cwiseAbs().cwiseMax(activated(system, bounds.upper).cwiseAbs());
  const Matrix magnitude = outputs_of<double>(system, system.absolute, X, boxes.largest);
  const bool direct = system.D.nonZeros() > 0;
  lanes.c.resize(system.padded_states, count);
  if (direct) lanes.d.resize(system.padded_inputs, count);
  lanes.head.resize(count);
  for (Index lane = 0; lane < count; ++lane) {
    const ClassPair& pair = pairs[static_cast<std::size_t>(lane)];
    lanes.column.push_back(pair.column);
    lanes.c.col(lane) =
        (system.C_rows.col(pair.label) - system.C_rows.col(pair.other)).template cast<Scalar>();
    if (direct) {
      lanes.d.col(lane) =
          (system.D_rows.col(pair.label) - system.D_rows.col(pair.other)).template cast<Scalar>();
    }
    lanes.head[lane] = magnitude(pair.label, pair.column) + magnitude(pair.other, pair.column);
  }
  return lanes;
}

std::vector<bool> margins_proven(const System& system, const InputBoxes& boxes, const DrivenBounds& driven,
                                 const StateBounds& bounds, const std::vector<ClassPair>& pairs) {
  std::vector<bool> proven(pairs.size(), false);
  std::vector<ClassPair> left;
  std::vector<std::size_t> places;
  if (system.piecewise_linear && !pairs.empty()) {
    const DualBounds single = relaxed_margins<float>(system, boxes, driven, bounds, pairs);
    for (std::size_t k = 0; k < pairs.size(); ++k) {
      const auto lane = static_cast<Index>(k);
      proven[k] = single.proven(lane) > 0;
      if (proven[k] || single.value[lane] + single.error[lane] <= 0) continue;
      left.push_back(pairs[k]);
      places.push_back(k);
    }
  } else {
    left = pairs;
    for (std::size_t k = 0; k < pairs.size(); ++k) places.push_back(k);
  }
  if (left.empty()) return proven;
  const DualBounds exact = relaxed_margins<double>(system, boxes, driven, bounds, left);
  for (std::size_t k = 0; k < left.size(); ++k) proven[places[k]] = exact.proven(static_cast<Index>(k)) > 0;
  return proven;
}

template void relax(const System&, const Regions<float>&, std::size_t, Lanes<float>&);
template void relax(const System&, const Regions<double>&, std::size_t, Lanes<double>&);
template Lanes<float> margin_lanes(const System&, const InputBoxes&, const StateBounds&,
                                   const std::vector<ClassPair>&);
template Lanes<double> margin_lanes(const System&, const InputBoxes&, const StateBounds&,
                                    const std::vector<ClassPair>&);

}  // namespace simplicit
