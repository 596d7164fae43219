#include "shared/layer_losses.hpp"

#include "shared/choose_shares.hpp"
#include "shared/decisions.hpp"
#include "shared/layer_rows.hpp"
#include "shared/refit.hpp"

#include <algorithm>
#include <iterator>
#include <span>

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

/// Of sums over samples, one row of `width` numbers for each batch and the number of its samples last, the
/// means over all batches of all ranks, added in the order of the batches.
std::vector<double> means_over_ranks(const Communicator& ranks, const std::vector<double>& own,
                                     std::size_t width) {
  const std::vector<double> all = ranks.gather(std::span<const double>(own));
  std::vector<double> mean(width, 0);
  if (ranks.is_root()) {
    double count = 0;
    for (std::size_t at = 0; at < all.size(); at += width + 1) {
      for (std::size_t i = 0; i < width; ++i) mean[i] += all[at + i];
      count += all[at + width];
    }
    for (double& number : mean) number = count > 0 ? number / count : 0;
  }
  ranks.broadcast(std::span<double>(mean));
  return mean;
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
    std::vector<RowResult> rows;
    for (std::size_t k = 0; k < classes.size(); ++k) {
      std::vector<RowResult> some = fit_class(ranks, classes[k], sums[k], supports);
      std::move(some.begin(), some.end(), std::back_inserter(rows));
    }
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
  return means_over_ranks(ranks, own, kept.size());
}

double network_divergence(const Communicator& ranks, const DecisionSamples& on, const LayeredNetwork& trial,
                          Index first) {
  std::vector<double> own;
  agree(ranks, [&] {
    const std::vector<Matrix> before = decided_batches(on.network, on, first, 1);
    const std::vector<Matrix> after = decided_batches(trial, on, first, 1);
    for (std::size_t b = 0; b < after.size(); ++b) {
      own.push_back(divergence(before[b], after[b], on.decides_classes));
      own.push_back(static_cast<double>(after[b].cols()));
    }
  });
  return means_over_ranks(ranks, own, 1)[0];
}

}  // namespace simplicit
