#include "shared/penalised.hpp"

#include "shared/exchange_rows.hpp"
#include <simplicit/solve/row_attempt.hpp>
#include <simplicit/system/signals.hpp>

#include <algorithm>
#include <iterator>

namespace simplicit {
namespace {

constexpr int most_corrections = 8;
// The solver aims below the tolerance, corrections lower still.
constexpr double aim = 0.05;
constexpr double aim_of_corrections = 1e-3;

/// A row of this rank and its problem in G.
struct Attempt {
  RowAttempt row;
  QuadraticRow problem;
  Vector measured;  // what reference.c points to after a correction
};

BlockSettings settings_of(const TrainSettings& settings, const LayerData& data, const RowClass& rows) {
  BlockSettings block;
  block.objective = settings.objective;
  block.kappa = infinity;
  block.tolerance = settings.tolerance;
  block.states = 0;  // no ball: layers follow each other
  block.bias = data.layer->bias;
  std::vector<double> weights(static_cast<std::size_t>(data.features()), 1.0);
  if (block.bias) weights.back() = 0;
  block.weight_sets = {std::move(weights)};
  block.weight_set_of_row.assign(static_cast<std::size_t>(rows.channels), 0);
  block.should_stop = [] { return interruption_requested() != Interruption::none; };
  return block;
}

Attempt begin(const ClassSums& sums, const BlockSettings& settings, Index channel) {
  Attempt attempt;
  const Index d = sums.G.rows();
  const auto r = sums.R.col(channel);
  Vector c = r;
  if (settings.bias) c -= r[d - 1] / sums.G(d - 1, d - 1) * sums.G.col(d - 1);
  const double norm2 = sums.target_norm2[channel];
  const std::vector<double>& weights = settings.weights(channel);
  const double lambda_max = lambda_max_of({c.data(), static_cast<std::size_t>(d)}, weights);
  attempt.row = begin_attempt(settings, channel, norm2, lambda_max, Precision::float32);
  attempt.problem.gram = {sums.G.data(), d, d};
  attempt.problem.reference.c = {sums.R.data() + channel * d, static_cast<std::size_t>(d)};
  attempt.problem.reference.norm2 = norm2;
  attempt.problem.weights = weights;
  attempt.problem.target_norm2 = norm2;
  attempt.problem.ball_columns = 0;
  attempt.problem.kappa = infinity;
  attempt.problem.should_stop = &settings.should_stop;
  return attempt;
}

/// What was measured on the patches in the form that the certificates of all structures take.
BlockResiduals block_residuals_of(const ClassResiduals& measured, const ClassSums& sums, bool bias,
                                  double all_rows, const std::vector<Index>& channels) {
  BlockResiduals block;
  const Index last = sums.G.rows() - 1;
  block.correlations = measured.correlations;
  block.feature_sums = {sums.G.col(last).data(), static_cast<std::size_t>(sums.G.rows())};
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const auto column = static_cast<Index>(i);
    const double mean = bias ? measured.correlations(last, column) / all_rows : 0;
    const double target_sum = bias ? sums.R(last, channels[i]) : 0;
    block.mean.push_back(mean);
    block.mean_norm2.push_back(all_rows * mean * mean);
    block.centred_norm2.push_back(measured.norm2[column] - all_rows * mean * mean);
    block.target_dot.push_back(measured.target_dot[column] - mean * target_sum);
  }
  block.without_rounding();
  return block;
}

void correct(Attempt& attempt, const BlockResiduals& residuals, Index i) {
  attempt.measured = residuals.correlations.col(i);
  ReferencePoint& reference = attempt.problem.reference;
  reference.weights = attempt.row.w;
  reference.c = {attempt.measured.data(), static_cast<std::size_t>(attempt.measured.size())};
  const auto k = static_cast<std::size_t>(i);
  reference.norm2 = residuals.centred_norm2[k] + residuals.mean_norm2[k];
}

}  // namespace

std::vector<RowResult> penalised_class(const Communicator& ranks, const LayerData& data, const RowClass& rows,
                                       const ClassSums& sums, const TrainSettings& settings) {
  const BlockSettings shared = settings_of(settings, data, rows);
  std::vector<Attempt> attempts;
  std::vector<char> open;
  attempts.reserve(static_cast<std::size_t>(rows.channels));
  agree(ranks, [&] {
    for (Index c = ranks.rank(); c < rows.channels; c += ranks.size()) {
      Attempt& attempt = attempts.emplace_back(begin(sums, shared, c));
      open.push_back(1);
      solve_attempt(attempt.row, nullptr, attempt.problem, nullptr, aim * settings.tolerance, false);
    }
  });
  for (int correction = 0;; ++correction) {
    std::vector<RowResult> present;  // weights alone
    for (std::size_t i = 0; i < attempts.size(); ++i) {
      if (open[i] == 0) continue;
      RowResult& row = present.emplace_back();
      row.row = attempts[i].row.row;
      row.columns = attempts[i].row.w.columns;
      row.values = attempts[i].row.w.values;
    }
    present = exchanged(ranks, present);
    if (present.empty()) break;
    std::vector<Index> channels;
    std::vector<SparseRow> weights;
    for (const RowResult& row : present) {
      channels.push_back(row.row);
      weights.push_back({row.columns, row.values});
    }
    const ClassResiduals measured = class_residuals(ranks, data, rows, sums, channels, weights);
    const BlockResiduals residuals =
        block_residuals_of(measured, sums, data.layer->bias, data.all_rows(), channels);
    agree(ranks, [&] {
      for (std::size_t i = 0; i < attempts.size(); ++i) {
        if (open[i] == 0) continue;
        Attempt& attempt = attempts[i];
        const auto at = std::find(channels.begin(), channels.end(), attempt.row.row) - channels.begin();
        const bool finished = certify_attempt(attempt.row, residuals, at, settings.tolerance);
        if (finished || correction == most_corrections) {
          open[i] = 0;
          continue;
        }
        correct(attempt, residuals, at);
        solve_attempt(attempt.row, nullptr, attempt.problem, nullptr,
                      aim_of_corrections * aim * settings.tolerance, true);
      }
    });
  }
  std::vector<RowResult> own;
  for (Attempt& attempt : attempts) {
    own.push_back(finish_attempt(attempt.row, settings.tolerance));
    own.back().row += rows.first;
  }
  return exchanged(ranks, own);
}

}  // namespace simplicit
