#pragma once

#include <simplicit/base/types.hpp>

#include <limits>

namespace simplicit {

inline constexpr double infinity = std::numeric_limits<double>::infinity();

/// A convex, even scalar penalty h made of at most two pieces in |w|, which is what l1, elastic net, the
/// perspective relaxation and the ridge of a refit have in common:
///
///     h(w) = slope |w| + curvature w^2 / 2                              for |w| <= knee
///     h(w) = far_offset + far_slope |w| + far_curvature w^2 / 2         for |w| >  knee
///
/// h and h' are continuous at the knee. A column's own weight multiplies h: weight 0 leaves the column free
/// (the bias), weight infinity forbids it.
struct Penalty {
  double slope = 0;
  double curvature = 0;
  double knee = infinity;
  double far_offset = 0;
  double far_slope = 0;
  double far_curvature = 0;

  [[nodiscard]] double value(double w) const;
  /// The largest h'(w) on the right of |w| (a slope with the sign of w when w != 0).
  [[nodiscard]] double derivative(double magnitude) const;
  /// h*(v) = sup_w v w - h(w); infinite where |v| exceeds every slope of h.
  [[nodiscard]] double conjugate(double v) const;
  /// h* where |v| is `excess` above the slope at zero. Just above it this keeps digits that |v| has lost.
  [[nodiscard]] double conjugate_above(double excess) const;
  /// A maximiser w >= 0 of |v| w - h(w) there, the smallest one; infinite where the conjugate is.
  [[nodiscard]] double argument_above(double excess) const;
  /// Whether h* is finite everywhere, that is, h grows faster than linearly.
  [[nodiscard]] bool superlinear() const { return (knee == infinity ? curvature : far_curvature) > 0; }
  /// The penalty factor^2 h(w / factor), whose slope at 0 is `factor` times this one's and whose curvatures
  /// are the same; the path towards this penalty runs over factors that fall to 1.
  [[nodiscard]] Penalty scaled(double factor) const;
};

/// lambda |w|
[[nodiscard]] Penalty l1_penalty(double lambda);
/// lambda (alpha |w| + (1 - alpha)/2 w^2)
[[nodiscard]] Penalty elastic_net_penalty(double lambda, double l1_ratio);
/// min over 0 <= t <= 1 of mu t + gamma w^2 / t
[[nodiscard]] Penalty perspective_penalty(double mu, double gamma);
/// (eta / 2) w^2
[[nodiscard]] Penalty ridge_penalty(double eta);

/// The ridge of a refit on column j, as a part of |phi_j|^2: it makes the solution unique where columns of
/// the support depend on each other, and moves it by no more than such a part otherwise.
inline constexpr double relative_ridge = 1e-8;

}  // namespace simplicit
