#include "robustness/interval.hpp"

#include "robustness/enclosure.hpp"
#include "robustness/rounding.hpp"
#include "robustness/sweeps.hpp"

#include <algorithm>
#include <limits>

namespace simplicit {
namespace {

constexpr int most_interval_sweeps = 12;
constexpr double shrinking_wanted = 0.01;

double product_rounding(const System& system) {
  return gamma<double>(product_terms(system.states + system.inputs));
}

// phi at both ends, outward, as centre and radius.
struct StateBox {
  Matrix centre, radius;
};
StateBox state_box(const System& system, const StateBounds& bounds) {
  Matrix lower = activated(system, bounds.lower);
  Matrix upper = activated(system, bounds.upper);
  lower -= activation_error * lower.cwiseAbs();
  upper += activation_error * upper.cwiseAbs();
  StateBox box{0.5 * (lower + upper), {}};
  box.radius = (upper - box.centre).cwiseMax(box.centre - lower);
  return box;
}

double widest_shrinking(const StateBounds& before, const StateBounds& after) {
  const auto width_before = before.upper - before.lower;
  const auto width_after = after.upper - after.lower;
  double most = 0;
  for (Index column = 0; column < before.lower.cols(); ++column) {
    const double before_sum = width_before.col(column).sum();
    const double after_sum = width_after.col(column).sum();
    most = std::max(most, before_sum > 0 ? 1 - after_sum / before_sum : 0);
  }
  return most;
}

}  // namespace

DrivenBounds driven_bounds(const System& system, const InputBoxes& boxes) {
  return {driven_by(system, system.exact, boxes.centre), driven_by(system, system.absolute, boxes.radius),
          driven_by(system, system.absolute, boxes.largest)};
}

StateBounds first_bounds(const System& system, const DrivenBounds& driven) {
  const NearEquilibria at = near_equilibria(system, driven.centre, driven.magnitude);
  const double outward = 1 + 4 * product_rounding(system);
  const Matrix b = outward * (driven.radius + at.residual);
  const Matrix rho = enclosing_radii(system, b);
  Matrix spread =
      outward * all_states_sum<double>(system, system.absolute, rho, driven.radius) + 2 * at.Z_error;
  for (Index column = 0; column < rho.cols(); ++column) {
    if (system.states > 0 && !std::isfinite(rho(0, column))) {
      spread.col(column).setConstant(std::numeric_limits<double>::infinity());
    }
  }
  return {at.Z - spread, at.Z + spread};
}

Matrix state_magnitudes(const System& system, const DrivenBounds& driven, const StateBounds& bounds) {
  const Matrix X =
      activated(system, bounds.lower).cwiseAbs().cwiseMax(activated(system, bounds.upper).cwiseAbs());
  return all_states_sum<double>(system, system.absolute, X, driven.magnitude);
}

void sweep_block(const System& system, std::size_t block, const DrivenBounds& driven,
                 const Matrix& magnitudes, StateBounds& bounds) {
  const StateBlock& rows = system.blocks[block];
  const StateBlock& read = system.exact.read_by[block];
  const StateBounds below{bounds.lower.middleRows(read.first, read.size),
                          bounds.upper.middleRows(read.first, read.size)};
  const StateBox box = state_box(system, below);
  Matrix centre = driven.centre.middleRows(rows.first, rows.size);
  Matrix radius = driven.radius.middleRows(rows.first, rows.size);
  system.exact.into[block].add(box.centre.data(), read.size, centre.cols(), centre.data(), rows.size);
  system.absolute.into[block].add(box.radius.data(), read.size, radius.cols(), radius.data(), rows.size);
  radius += 2 * product_rounding(system) * magnitudes.middleRows(rows.first, rows.size);
  radius.array() += underflow<double>;
  for (Index column = 0; column < centre.cols(); ++column) {
    for (Index i = 0; i < rows.size; ++i) {
      double& lower = bounds.lower(rows.first + i, column);
      double& upper = bounds.upper(rows.first + i, column);
      const double least = centre(i, column) - radius(i, column);
      const double most = centre(i, column) + radius(i, column);
      if (least > lower) lower = least;
      if (most < upper) upper = most;
    }
  }
}

void sweep_interval(const System& system, const DrivenBounds& driven, const Matrix& magnitudes,
                    StateBounds& bounds) {
  for (int sweep = 0; sweep < most_interval_sweeps; ++sweep) {
    const StateBounds before = bounds;
    for (std::size_t block = 0; block < system.blocks.size(); ++block) {
      sweep_block(system, block, driven, magnitudes, bounds);
    }
    if (system.feed_forward || !(widest_shrinking(before, bounds) > shrinking_wanted)) break;
  }
}

Matrix interval_margins(const System& system, const InputBoxes& boxes, const StateBounds& bounds,
                        const std::vector<int>& labels) {
  const StateBox box = state_box(system, bounds);
  const double rounding = 2 * product_rounding(system);
  const Matrix X = box.centre.cwiseAbs() + box.radius;
  const Matrix magnitude = outputs_of<double>(system, system.absolute, X, boxes.largest);
  Matrix margins(system.outputs, boxes.count());
  Vector c(system.padded_states), d(system.padded_inputs);
  for (Index sample = 0; sample < boxes.count(); ++sample) {
    const Index label = labels[static_cast<std::size_t>(sample)];
    for (Index k = 0; k < system.outputs; ++k) {
      if (k == label) {
        margins(k, sample) = std::numeric_limits<double>::infinity();
        continue;
      }
      c = system.C_rows.col(label) - system.C_rows.col(k);
      const auto over_states = c.head(system.states);
      double margin =
          over_states.dot(box.centre.col(sample)) - over_states.cwiseAbs().dot(box.radius.col(sample));
      if (system.D.nonZeros() > 0) {
        d = system.D_rows.col(label) - system.D_rows.col(k);
        margin += least_over_box(d.data(), boxes.centre.col(sample).data(), boxes.radius.col(sample).data(),
                                 system.padded_inputs);
      }
      margins(k, sample) =
          margin - rounding * (magnitude(label, sample) + magnitude(k, sample)) - underflow<double>;
    }
  }
  return margins;
}

}  // namespace simplicit
