#include "robustness/input_boxes.hpp"

#include "robustness/rounding.hpp"

#include <algorithm>

namespace simplicit {
namespace {

struct Interval {
  double lower, upper;
};

// What epsilon and the range allow around one input; outward.
Interval allowed(const Perturbation& perturbation, Index j, double at, double epsilon) {
  const double reach = epsilon > 0 ? up(epsilon * perturbation.half_width[j]) : 0;
  Interval interval{reach > 0 ? down(at - reach) : at, reach > 0 ? up(at + reach) : at};
  if (const auto& range = perturbation.range) {
    interval.lower = std::min(at, std::max(interval.lower, range->lower[j]));
    interval.upper = std::max(at, std::min(interval.upper, range->upper[j]));
  }
  return interval;
}

void place(InputBoxes& boxes, Index j, Index sample, const Interval& interval) {
  const double centre = interval.lower + (interval.upper - interval.lower) / 2;
  boxes.centre(j, sample) = centre;
  const bool point = interval.lower == interval.upper;
  boxes.radius(j, sample) = point ? 0 : up(std::max(interval.upper - centre, centre - interval.lower));
  boxes.largest(j, sample) = std::max(std::abs(interval.lower), std::abs(interval.upper));
}

}  // namespace

InputBoxes boxes_around(const System& system, const Perturbation& perturbation, const Matrix& U,
                        const Vector& epsilon) {
  InputBoxes boxes;
  for (Matrix* part : {&boxes.centre, &boxes.radius, &boxes.largest}) {
    *part = Matrix::Zero(system.padded_inputs, U.cols());
  }
  for (Index sample = 0; sample < U.cols(); ++sample) {
    for (Index j = 0; j < U.rows(); ++j) {
      place(boxes, j, sample, allowed(perturbation, j, U(j, sample), epsilon[sample]));
    }
    if (system.bias) place(boxes, U.rows(), sample, {1, 1});
  }
  boxes.centre_single = boxes.centre.cast<float>();
  boxes.radius_single = boxes.radius.cast<float>();
  return boxes;
}

void bring_inside(const Perturbation& perturbation, const Eigen::Ref<const Vector>& at, double epsilon,
                  Eigen::Ref<Vector> u) {
  for (Index j = 0; j < u.size(); ++j) {
    const double reach = std::max(0.0, down(epsilon * perturbation.half_width[j]));
    double lower = reach > 0 ? std::min(at[j], up(at[j] - reach)) : at[j];
    double upper = reach > 0 ? std::max(at[j], down(at[j] + reach)) : at[j];
    if (const auto& range = perturbation.range) {
      lower = std::min(at[j], std::max(lower, range->lower[j]));
      upper = std::max(at[j], std::min(upper, range->upper[j]));
    }
    u[j] = std::min(std::max(u[j], lower), upper);
  }
}

Matrix padded_inputs_of(const System& system, const Matrix& U) {
  Matrix inputs = Matrix::Zero(system.padded_inputs, U.cols());
  inputs.topRows(U.rows()) = U;
  if (system.bias) inputs.row(U.rows()).setOnes();
  return inputs;
}

}  // namespace simplicit
