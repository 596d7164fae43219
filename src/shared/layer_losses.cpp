#include "shared/layer_losses.hpp"

#include "shared/choose_shares.hpp"
#include "shared/decisions.hpp"
#include "shared/layer_rows.hpp"
#include "shared/refit.hpp"

#include <algorithm>

namespace simplicit {
namespace {

/// What `network` decides for each batch of this rank that does not begin before sample `first` of all and is
/// looked at when there are so many runs, from what is kept of the states: (q x samples) each.
std::vector<Matrix> decided_batches(const LayeredNetwork& network, const DecisionSamples& on, Index first,
                                    Index runs) {
  const Index every = looked_at_every(on.network, on.samples, on.all_samples - first, runs);
  const auto is_looked_at = [&](Index own_first) {
    const Index sample = on.samples.first + own_first;
    return sample >= first && (sample - first) / on.samples.batch % every == 0;
  };
  std::vector<Matrix> batches;
  on.stream.compute(network, {network.output}, is_looked_at,
                    [&](Index own_first, const std::vector<const float*>& outputs) {
                      const Index count = std::min(on.samples.batch, on.samples.count - own_first);
                      batches.push_back(decisions(outputs[0], network.outputs(), count, on.decides_classes,
                                                  network.softmax));
                    });
  return batches;
}

Eigen::ArrayXXd log_ratio(const Matrix& p, const Matrix& q) {
  return (p.array().max(1e-12) / q.array().max(1e-12)).log();
}

double squared_log_ratio(const Matrix& before, const Matrix& after, bool classes) {
  if (!classes) return 0.5 * (after - before).squaredNorm();
  return (before.array() * log_ratio(before, after).square()).sum();
}

double divergence(const Matrix& before, const Matrix& after, bool classes) {
  if (!classes) return 0.5 * (after - before).squaredNorm();
  return (before.array() * log_ratio(before, after)).sum();
}

}  // namespace

std::vector<double> layer_losses(const Communicator& ranks, const DecisionSamples& on, std::size_t layer,
                                 const std::vector<RowClass>& classes, const std::vector<ClassSums>& sums,
                                 const Matrix& priced, const std::vector<Index>& kept) {
  // Parts of the network are run, on average half of it: twice as many samples as whole runs would allow.
  const auto runs = std::ssize(on.network.layers) * std::ssize(kept) / 2;
  std::vector<Matrix> before;
  agree(ranks, [&] { before = decided_batches(on.network, on, 0, runs); });
  const std::size_t width = kept.size() + 1;
  std::vector<double> own(before.size() * width);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const std::vector<std::vector<int>> supports = highest_priced(priced, kept[i]);
    const std::vector<RowResult> rows = rows_of_classes(
        classes.size(), [&](std::size_t k) { return fit_class(ranks, classes[k], sums[k], supports); });
    agree(ranks, [&] {
      LayeredNetwork trial = on.network;
      take_rows(trial, layer, rows);
      const std::vector<Matrix> after = decided_batches(trial, on, 0, runs);
      for (std::size_t b = 0; b < after.size(); ++b) {
        own[b * width + i] = squared_log_ratio(before[b], after[b], on.decides_classes);
        own[b * width + kept.size()] = static_cast<double>(after[b].cols());
      }
    });
  }
  std::vector<double> losses = sums_over_batches(ranks, own, kept.size());
  const double count = losses.back();
  losses.pop_back();
  for (double& loss : losses) loss /= count;
  return losses;
}

std::vector<double> network_divergences(const Communicator& ranks, const DecisionSamples& on,
                                        const std::vector<LayeredNetwork>& trials, Index first) {
  std::vector<Matrix> before;
  agree(ranks, [&] { before = decided_batches(on.network, on, first, 1); });
  std::vector<double> divergences;
  for (const LayeredNetwork& trial : trials) {
    std::vector<double> own;
    agree(ranks, [&] {
      const std::vector<Matrix> after = decided_batches(trial, on, first, 1);
      for (std::size_t b = 0; b < after.size(); ++b) {
        own.push_back(divergence(before[b], after[b], on.decides_classes));
        own.push_back(static_cast<double>(after[b].cols()));
      }
    });
    const std::vector<double> sums = sums_over_batches(ranks, own, 1);
    divergences.push_back(sums[0] / sums[1]);
  }
  return divergences;
}

}  // namespace simplicit
