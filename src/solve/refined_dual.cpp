#include "solve/refined_dual.hpp"

#include "solve/active_factor.hpp"
#include "solve/descent.hpp"
#include "solve/working_set.hpp"
#include <simplicit/linalg/blas.hpp>
#include <simplicit/linalg/doubled.hpp>
#include <simplicit/linalg/panel.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace simplicit {
namespace {

constexpr int most_dual_refinements = 12;
constexpr Index dual_samples_at_a_time = 384;
// Products and sums of double precision lose about this part of the sizes that go into them.
constexpr double lost_part = 4 * std::numeric_limits<double>::epsilon();

// A column of the row's support. Its optimality condition: phi_j^T theta = slope + curvature (w_j + e_j) + nu
// sign_in_ball.
struct Condition {
  int column = 0;
  double w = 0;
  double slope = 0;
  double curvature = 0;
  double sign_in_ball = 0;
};

std::vector<Condition> conditions_of(const StationaryRow& stationary) {
  std::vector<Condition> conditions;
  const SparseRow& row = *stationary.row;
  std::size_t next = 0;
  for (std::size_t j = 0; j < stationary.problem.weights.size(); ++j) {
    const bool used = next < row.columns.size() && row.columns[next] == static_cast<int>(j);
    const double w = used ? row.values[next++] : 0;
    const double weight = stationary.problem.weights[j];
    if (w == 0 && weight > 0) continue;
    Condition condition{static_cast<int>(j), w, 0, 0, 0};
    if (weight > 0) {
      const Penalty& penalty = stationary.penalty;
      const bool far = std::abs(w) > penalty.knee;
      const double sign = w > 0 ? 1 : -1;
      condition.slope = sign * weight * (far ? penalty.far_slope : penalty.slope);
      condition.curvature = weight * (far ? penalty.far_curvature : penalty.curvature);
      if (static_cast<Index>(j) < stationary.problem.ball_columns) condition.sign_in_ball = sign;
    }
    conditions.push_back(condition);
  }
  return conditions;
}

// Phi over the support, one column a condition (m x support).
Matrix support_columns(const StoredMatrix& phi, const std::vector<Condition>& conditions) {
  Matrix columns(phi.rows, static_cast<Index>(conditions.size()));
  for (std::size_t k = 0; k < conditions.size(); ++k) {
    copy_block(phi, 0, conditions[k].column, phi.rows, 1, columns.col(static_cast<Index>(k)).data(),
               phi.rows);
  }
  return columns;
}

DoubledVector doubled_residual(const RowSamples& samples, Index target, const SparseRow& row) {
  DoubledVector rho = doubled_column(samples.targets(), target);
  const SparseRow shifted = samples.shifted(target, row);
  for (std::size_t k = 0; k < shifted.columns.size(); ++k) {
    subtract_column(samples.phi(), shifted.columns[k], shifted.values[k], rho);
  }
  return rho;
}

// Newton's method on the conditions, which are linear: e and nu are corrected by one factorisation until what
// is left of the conditions no longer falls.
class Refinement {
 public:
  Refinement(const StationaryRow& stationary, std::vector<Condition> conditions, Matrix columns,
             DoubledVector rho)
      : kappa_(stationary.problem.kappa),
        nu_(stationary.nu),
        conditions_(std::move(conditions)),
        columns_(std::move(columns)),
        rho_(std::move(rho)),
        g_(columns_.transpose() * columns_),
        factor_({g_.data(), g_.cols(), g_.rows()}),
        e_(Vector::Zero(columns_.cols())) {}

  // False when the columns cannot be factored.
  [[nodiscard]] bool run() {
    if (!factor()) return false;
    double least = infinity;
    Vector best = e_;
    for (int step = 0; step < most_dual_refinements; ++step) {
      const Vector left = left_of_conditions();
      const double size = left.size() > 0 ? left.cwiseAbs().maxCoeff() : 0;
      if (!(size < 0.5 * least)) break;
      least = size;
      best = e_;
      correct(left);
    }
    e_ = best;
    return true;
  }

  [[nodiscard]] Vector fit() const { return columns_ * e_; }
  [[nodiscard]] Vector theta() const { return (rho_.high - fit()) + rho_.low; }
  // sum over the columns of |e_j| |phi_j|.
  [[nodiscard]] double fit_size() const { return e_.cwiseAbs().dot(g_.diagonal().cwiseSqrt()); }

 private:
  [[nodiscard]] bool factor() {
    std::vector<int> order(conditions_.size());
    std::iota(order.begin(), order.end(), 0);
    std::vector<double> diagonal;
    for (std::size_t k = 0; k < conditions_.size(); ++k) {
      const auto i = static_cast<Index>(k);
      diagonal.push_back(conditions_[k].curvature + proximal_ridge * g_(i, i));
    }
    return factor_.append(order, diagonal);
  }

  [[nodiscard]] Vector left_of_conditions() const {
    Vector left = columns_.transpose() * theta();
    for (std::size_t k = 0; k < conditions_.size(); ++k) {
      const Condition& condition = conditions_[k];
      const auto i = static_cast<Index>(k);
      left[i] -= condition.slope + condition.curvature * (condition.w + e_[i]) + nu_ * condition.sign_in_ball;
    }
    return left;
  }

  void correct(const Vector& left) {
    Vector correction = left;
    factor_.solve({correction.data(), conditions_.size()});
    if (nu_ > 0) {
      Vector response(correction.size());
      Vector weights(correction.size());
      for (std::size_t k = 0; k < conditions_.size(); ++k) {
        response[static_cast<Index>(k)] = conditions_[k].sign_in_ball;
        weights[static_cast<Index>(k)] = conditions_[k].w;
      }
      const Vector signs = response;
      factor_.solve({response.data(), conditions_.size()});
      const double along = signs.dot(response);
      const double excess = (signs.dot(weights) - kappa_) + signs.dot(e_ + correction);
      const double change = along > 0 ? std::max(-nu_, excess / along) : 0;
      nu_ += change;
      correction -= change * response;
    }
    e_ += correction;
  }

  double kappa_;
  double nu_;
  std::vector<Condition> conditions_;
  Matrix columns_;
  DoubledVector rho_;
  Matrix g_;
  ActiveFactor factor_;
  Vector e_;
};

Vector correlations(const StoredMatrix& phi, const Vector& theta) {
  Vector v = Vector::Zero(phi.cols);
  Panel panel(phi, dual_samples_at_a_time);
  for (Index first = 0; first < phi.rows; first += dual_samples_at_a_time) {
    const Index samples = std::min(dual_samples_at_a_time, phi.rows - first);
    panel.load_all(first, samples);
    blas::gemv(true, samples, phi.cols, 1, panel.column(0), panel.leading_dimension(), theta.data() + first,
               1, v.data());
  }
  return v;
}

}  // namespace

std::optional<DualPoint> refined_dual(const RowSamples& samples, Index target,
                                      const StationaryRow& stationary) {
  const StoredMatrix& phi = samples.phi();
  std::vector<Condition> conditions = conditions_of(stationary);
  Matrix columns = support_columns(phi, conditions);
  Refinement refinement(stationary, std::move(conditions), std::move(columns),
                        doubled_residual(samples, target, *stationary.row));
  if (!refinement.run()) return std::nullopt;
  Vector theta = refinement.theta();
  Vector difference = refinement.fit();
  if (samples.bias()) {
    const double mean = theta.mean();
    theta.array() -= mean;
    difference.array() += mean;
  }
  DualPoint point;
  point.v = correlations(phi, theta);
  point.norm2 = theta.squaredNorm();
  point.difference_norm2 = difference.squaredNorm();
  point.difference_dot = difference.dot(theta);
  const double norm = std::sqrt(point.norm2);
  point.correlation_rounding = lost_part * norm;
  point.difference_rounding = lost_part * (norm + refinement.fit_size());
  return point;
}

}  // namespace simplicit
