#include "shared/refit.hpp"

#include <simplicit/base/timer.hpp>
#include <simplicit/linalg/blas.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace simplicit {
namespace {

constexpr double relative_ridge = 1e-8;
constexpr int most_corrections = 8;

/// One row: the factor of its system, and its weights so far.
struct Attempt {
  std::vector<int> support;
  Vector eta;     ///< (k)
  Matrix factor;  ///< (k x k) U of U^T U = G_SS + diag eta
  SparseRow w;
  RowResult result;
  bool open = true;
};

/// w += (G_SS + diag eta)^-1 gradient.
void step(Attempt& attempt, Vector gradient) {
  const auto k = std::ssize(attempt.support);
  blas::solve_upper_transposed(k, 1, attempt.factor.data(), k, gradient.data(), k);
  blas::solve_upper(k, 1, attempt.factor.data(), k, gradient.data(), k);
  for (Index j = 0; j < k; ++j) attempt.w.values[static_cast<std::size_t>(j)] += gradient[j];
}

Attempt begin(const ClassSums& sums, const RowClass& rows, Index channel, const std::vector<int>& support) {
  Attempt attempt;
  attempt.result.row = rows.first + channel;
  for (const int j : support) {
    if (sums.G(j, j) > 0) attempt.support.push_back(j);  // a feature that is zero everywhere explains nothing
  }
  const auto k = std::ssize(attempt.support);
  attempt.w.columns = attempt.support;
  attempt.w.values.assign(attempt.support.size(), 0.0);
  attempt.eta.resize(k);
  if (k == 0) return attempt;
  Vector r(k);
  bool solved = false;
  for (double ridge = relative_ridge; !solved; ridge *= 10) {
    attempt.factor.resize(k, k);
    for (Index j = 0; j < k; ++j) {
      const int column = attempt.support[static_cast<std::size_t>(j)];
      for (Index i = 0; i <= j; ++i)
        attempt.factor(i, j) = sums.G(attempt.support[static_cast<std::size_t>(i)], column);
      r[j] = sums.R(column, channel);
      attempt.eta[j] = relative_ridge * sums.G(column, column);
      attempt.factor(j, j) += ridge * sums.G(column, column);
    }
    ++attempt.result.iterations;
    solved = blas::cholesky_upper(k, attempt.factor.data(), k);
  }
  step(attempt, r);
  return attempt;
}

/// The certificate of the present weights, from what was measured. True when the row needs no more work.
bool certify(Attempt& attempt, const ClassResiduals& residuals, Index i, double target_norm2,
             const ClassSums& sums, double tolerance) {
  double ridge = 0;
  double gap = 0;
  double rounding = std::sqrt(target_norm2);
  for (std::size_t j = 0; j < attempt.support.size(); ++j) {
    const double eta = attempt.eta[static_cast<Index>(j)];
    const double w = attempt.w.values[j];
    const double v = residuals.correlations(attempt.support[j], i);
    ridge += 0.5 * eta * w * w;
    gap += (eta * w - v) * (eta * w - v) / (2 * eta);
    rounding += std::abs(w) * std::sqrt(sums.G(attempt.support[j], attempt.support[j]));
  }
  rounding *= std::numeric_limits<double>::epsilon();
  const double primal = 0.5 * residuals.norm2[i] + ridge;
  const double relative = gap > 0 ? gap / std::max(primal, rounding * rounding) : 0;
  RowResult& result = attempt.result;
  ++result.rounds;
  const bool better = result.rounds == 1 || relative < result.relative_gap;
  if (better) {
    result.columns.clear();
    result.values.clear();
    for (std::size_t j = 0; j < attempt.support.size(); ++j) {
      if (attempt.w.values[j] == 0) continue;
      result.columns.push_back(attempt.support[j]);
      result.values.push_back(attempt.w.values[j]);
    }
    result.primal = primal;
    result.dual = primal - gap;
    result.relative_gap = relative;
    result.relative_residual = target_norm2 > 0 ? std::sqrt(residuals.norm2[i] / target_norm2) : 0;
    result.status = relative <= tolerance ? RowStatus::solved : RowStatus::tolerance_missed;
  }
  return result.status == RowStatus::solved || !better;
}

}  // namespace

std::vector<RowResult> refit_class(const Communicator& ranks, const LayerData& data, const RowClass& rows,
                                   const ClassSums& sums, const std::vector<std::vector<int>>& supports,
                                   double tolerance) {
  const Timer timer;
  std::vector<Attempt> attempts;
  for (Index c = 0; c < rows.channels; ++c) {
    attempts.push_back(begin(sums, rows, c, supports[static_cast<std::size_t>(rows.first + c)]));
  }
  for (int correction = 0; correction <= most_corrections; ++correction) {
    std::vector<Index> open;
    std::vector<SparseRow> weights;
    for (Index c = 0; c < rows.channels; ++c) {
      if (!attempts[static_cast<std::size_t>(c)].open) continue;
      open.push_back(c);
      weights.push_back(attempts[static_cast<std::size_t>(c)].w);
    }
    if (open.empty()) break;
    const ClassResiduals residuals = class_residuals(ranks, data, rows, sums, open, weights);
    for (std::size_t i = 0; i < open.size(); ++i) {
      Attempt& attempt = attempts[static_cast<std::size_t>(open[i])];
      const auto column = static_cast<Index>(i);
      attempt.open = !certify(attempt, residuals, column, sums.target_norm2[open[i]], sums, tolerance);
      if (!attempt.open || attempt.support.empty()) {
        attempt.open = false;
        continue;
      }
      Vector gradient(std::ssize(attempt.support));
      for (Index j = 0; j < gradient.size(); ++j) {
        gradient[j] = residuals.correlations(attempt.support[static_cast<std::size_t>(j)], column) -
                      attempt.eta[j] * attempt.w.values[static_cast<std::size_t>(j)];
      }
      step(attempt, std::move(gradient));
    }
  }
  std::vector<RowResult> results;
  for (Attempt& attempt : attempts) {
    attempt.result.seconds = timer.seconds() / static_cast<double>(rows.channels);
    results.push_back(std::move(attempt.result));
  }
  return results;
}

}  // namespace simplicit
