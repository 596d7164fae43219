#include "shared/refit.hpp"

#include "shared/layer_rows.hpp"
#include <simplicit/base/timer.hpp>
#include <simplicit/linalg/blas.hpp>
#include <simplicit/problem/penalty.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

namespace simplicit {
namespace {

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

/// Weights that are still to be measured, of all ranks; `first` is the first channel of the class.
ChannelWeights present_weights(const Communicator& ranks, const std::vector<Attempt>& attempts, Index first) {
  ChannelWeights own;
  for (const Attempt& attempt : attempts) {
    if (!attempt.open) continue;
    own.channels.push_back(attempt.result.row - first);
    own.weights.push_back(attempt.w);
  }
  return joined_weights(ranks, own);
}

/// Certifies a row of this rank from column i, and corrects its weights by what was measured if it needs
/// that.
void certify_or_correct(Attempt& attempt, const ClassResiduals& residuals, Index i, double target_norm2,
                        const ClassSums& sums, double tolerance) {
  attempt.open = !certify(attempt, residuals, i, target_norm2, sums, tolerance) && !attempt.support.empty();
  if (!attempt.open) return;
  Vector gradient(std::ssize(attempt.support));
  for (Index j = 0; j < gradient.size(); ++j) {
    gradient[j] = residuals.correlations(attempt.support[static_cast<std::size_t>(j)], i) -
                  attempt.eta[j] * attempt.w.values[static_cast<std::size_t>(j)];
  }
  step(attempt, std::move(gradient));
}

/// Channels first .. end - 1 of the class, dealt out to ranks.
std::vector<RowResult> refit_channels(const Communicator& ranks, const LayerData& data, const RowClass& rows,
                                      const ClassSums& sums, const std::vector<std::vector<int>>& supports,
                                      Range channels, double tolerance) {
  const Timer timer;
  std::vector<Attempt> attempts;
  agree(ranks, [&] {
    for (Index c = channels.begin; c < channels.end; ++c) {
      if (c % ranks.size() != ranks.rank()) continue;
      attempts.push_back(begin(sums, rows, c, supports[static_cast<std::size_t>(rows.first + c)]));
    }
  });
  for (int correction = 0; correction <= most_corrections; ++correction) {
    const ChannelWeights present = present_weights(ranks, attempts, rows.first);
    if (present.channels.empty()) break;
    const ClassResiduals residuals =
        class_residuals(ranks, data, rows, sums, present.channels, present.weights);
    for (Attempt& attempt : attempts) {
      if (!attempt.open) continue;
      const Index channel = attempt.result.row - rows.first;
      const Index i =
          std::find(present.channels.begin(), present.channels.end(), channel) - present.channels.begin();
      certify_or_correct(attempt, residuals, i, sums.target_norm2[channel], sums, tolerance);
    }
  }
  std::vector<RowResult> own;
  for (Attempt& attempt : attempts) {
    attempt.result.seconds = timer.seconds() / static_cast<double>(channels.size());
    own.push_back(std::move(attempt.result));
  }
  return joined_rows(ranks, own);
}

}  // namespace

std::vector<RowResult> refit_class(const Communicator& ranks, const LayerData& data, const RowClass& rows,
                                   const ClassSums& sums, const std::vector<std::vector<int>>& supports,
                                   double tolerance) {
  // As many rows at a time as have factors of together at most this many numbers.
  constexpr std::size_t numbers_at_once = std::size_t{1} << 26;
  std::vector<RowResult> results;
  Index first = 0;
  while (first < rows.channels) {
    std::size_t numbers = 0;
    Index end = first;
    while (end < rows.channels) {
      const std::size_t k = supports[static_cast<std::size_t>(rows.first + end)].size();
      if (end > first && numbers + k * k > numbers_at_once) break;
      numbers += k * k;
      ++end;
    }
    std::vector<RowResult> some = refit_channels(ranks, data, rows, sums, supports, {first, end}, tolerance);
    std::move(some.begin(), some.end(), std::back_inserter(results));
    first = end;
  }
  return results;
}

std::vector<RowResult> fit_class(const Communicator& ranks, const RowClass& rows, const ClassSums& sums,
                                 const std::vector<std::vector<int>>& supports) {
  std::vector<RowResult> own;
  agree(ranks, [&] {
    for (Index c = 0; c < rows.channels; ++c) {
      if (c % ranks.size() != ranks.rank()) continue;
      Attempt attempt = begin(sums, rows, c, supports[static_cast<std::size_t>(rows.first + c)]);
      attempt.result.columns = attempt.w.columns;
      attempt.result.values = attempt.w.values;
      own.push_back(std::move(attempt.result));
    }
  });
  return joined_rows(ranks, own);
}

}  // namespace simplicit
