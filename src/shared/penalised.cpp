#include "shared/penalised.hpp"

#include "shared/layer_rows.hpp"
#include <simplicit/base/should_stop.hpp>
#include <simplicit/solve/row_loop.hpp>
#include <simplicit/system/signals.hpp>

#include <algorithm>
#include <functional>
#include <optional>

namespace simplicit {
namespace {

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
  block.interlude = [] { stop_if_asked([] { return interruption_requested() != Interruption::none; }); };
  return block;
}

GramAttempt begin(const ClassSums& sums, const BlockSettings& settings, Index channel) {
  GramAttempt attempt;
  const Index d = sums.G.rows();
  const auto r = sums.R.col(channel);
  Vector c = r;
  if (settings.bias) c -= r[d - 1] / sums.G(d - 1, d - 1) * sums.G.col(d - 1);
  const double norm2 = sums.target_norm2[channel];
  const double lambda_max = lambda_max_of({c.data(), static_cast<std::size_t>(d)}, settings.weights(channel));
  attempt.row = begin_attempt(settings, channel, norm2, lambda_max, Precision::float32);
  attempt.problem.gram = {sums.G.data(), d, d};
  attempt.problem.row = attempt.row.problem;
  attempt.problem.reference.c = {sums.R.data() + channel * d, static_cast<std::size_t>(d)};
  attempt.problem.reference.norm2 = norm2;
  attempt.problem.interlude = &settings.interlude;
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

/// The columns of these rows out of those of all ranks.
BlockResiduals own_columns(const BlockResiduals& all, const std::vector<Index>& channels,
                           const std::vector<RowAttempt*>& open) {
  BlockResiduals own;
  own.feature_sums = all.feature_sums;
  own.correlations.resize(all.correlations.rows(), std::ssize(open));
  for (std::size_t i = 0; i < open.size(); ++i) {
    const auto at = std::find(channels.begin(), channels.end(), open[i]->row) - channels.begin();
    const auto k = static_cast<std::size_t>(at);
    own.correlations.col(static_cast<Index>(i)) = all.correlations.col(at);
    own.mean.push_back(all.mean[k]);
    own.mean_norm2.push_back(all.mean_norm2[k]);
    own.centred_norm2.push_back(all.centred_norm2[k]);
    own.target_dot.push_back(all.target_dot[k]);
  }
  own.without_rounding();
  return own;
}

/// The present weights of all ranks' rows are measured together (collective).
std::optional<BlockResiduals> measure_together(const Communicator& ranks, const LayerData& data,
                                               const RowClass& rows, const ClassSums& sums,
                                               const std::vector<RowAttempt*>& open) {
  ChannelWeights own;
  for (const RowAttempt* attempt : open) {
    own.channels.push_back(attempt->row);
    own.weights.push_back(attempt->w);
  }
  const ChannelWeights present = joined_weights(ranks, own);
  if (present.channels.empty()) return {};
  const ClassResiduals measured = class_residuals(ranks, data, rows, sums, present.channels, present.weights);
  const BlockResiduals of_all =
      block_residuals_of(measured, sums, data.layer->bias, data.all_rows(), present.channels);
  return own_columns(of_all, present.channels, open);
}

}  // namespace

std::vector<RowResult> penalised_class(const Communicator& ranks, const LayerData& data, const RowClass& rows,
                                       const ClassSums& sums, const TrainSettings& settings) {
  const BlockSettings shared = settings_of(settings, data, rows);
  std::vector<GramAttempt> attempts;
  agree(ranks, [&] {
    for (Index c = ranks.rank(); c < rows.channels; c += ranks.size())
      attempts.push_back(begin(sums, shared, c));
  });
  RowLoop loop;
  loop.tolerance = settings.tolerance;
  loop.interlude = shared.interlude;
  loop.measure = [&](const std::vector<RowAttempt*>& open) {
    return measure_together(ranks, data, rows, sums, open);
  };
  loop.alone = [&](const std::function<void()>& work) { agree(ranks, work); };
  solve_and_certify(attempts, loop);
  std::vector<RowResult> own = results_of(attempts, settings.tolerance);
  for (RowResult& row : own) row.row += rows.first;
  return joined_rows(ranks, own);
}

}  // namespace simplicit
