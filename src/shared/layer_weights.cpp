#include "shared/layer_weights.hpp"

#include "shared/layer_losses.hpp"
#include "shared/layer_rows.hpp"
#include "shared/refit.hpp"
#include <simplicit/parallel/reductions.hpp>

#include <algorithm>
#include <array>

namespace simplicit {
namespace {

/// Numbers of weights at which a layer's losses are measured, from all of them to none.
std::vector<Index> measured_numbers(Index all) {
  std::vector<Index> kept;
  for (double share = 1; share > 0.005; share *= 0.63) {
    kept.push_back(static_cast<Index>(share * static_cast<double>(all)));
  }
  kept.push_back(0);
  return kept;
}

/// Samples for a trial: whole batches, at most half of all; 0 when there are too few.
Index trial_samples(const SharedRun& run) {
  constexpr Index enough = 500;
  return std::min(enough, run.header.samples / 2) / run.batch * run.batch;
}

}  // namespace

std::vector<Index> LayerWeights::shares(const std::optional<double>& keep) {
  const LayeredNetwork& network = run_.network;
  if (!keep) {
    std::vector<Index> all;
    for (const Layer& layer : network.layers) {
      all.push_back(network.channels(layer) * (network.taps(layer) + 1));
    }
    return all;
  }
  const Timer timer;
  if (prices_.empty()) price_all_layers();
  const auto kept = static_cast<Index>(*keep * static_cast<double>(network.parameters()));
  std::vector<Index> shares = losses_.empty() ? layer_shares(prices_, kept) : best_shares(kept);
  run_.seconds.shares = timer.seconds();
  return shares;
}

const Vector& LayerWeights::importance(const StateStream& baseline, std::size_t layer) {
  if (importance_.size() <= layer) importance_.resize(layer + 1);
  if (importance_[layer].size() == 0) importance_[layer] = layer_importance(run_, baseline, layer);
  return importance_[layer];
}

void LayerWeights::price_all_layers() {
  StateStream baseline = run_.stream();
  for (std::size_t l = 0; l < run_.network.layers.size(); ++l) {
    agree(run_.ranks, [&] { baseline.prepare(run_.network, l); });
    const LayerProblem problem = layer_problem(run_, baseline, run_.network, baseline, l);
    prices_.push_back(layer_prices(run_, problem, importance(baseline, l)));
    if (run_.network.layers.size() > 1) measure_losses(baseline, l, problem);
    baseline.finish(l);
    run_.tell("prices", l);
  }
}

/// What the decisions lose as this layer loses weights, in steps.
void LayerWeights::measure_losses(const StateStream& baseline, std::size_t layer,
                                  const LayerProblem& problem) {
  const Matrix& prices = prices_[layer];
  const std::vector<Index> kept = measured_numbers(prices.size());
  const DecisionSamples on{run_.network, baseline, run_.samples, run_.header.samples, run_.decides_classes()};
  losses_.push_back(priced_by_losses(
      prices, kept, layer_losses(run_.ranks, on, layer, problem.classes, problem.sums, prices, kept)));
}

/// Shares from prices (0), measured losses (1), or between them.
std::vector<Index> LayerWeights::between(double weight_of_losses, Index kept) const {
  std::vector<Matrix> prices;
  for (std::size_t l = 0; l < prices_.size(); ++l) {
    prices.push_back(between_prices(prices_[l], losses_[l], weight_of_losses));
  }
  return layer_shares(prices, kept);
}

/// Shares from the mean of prices and measured losses, or from either alone where a pass over few samples
/// comes clearly nearer to the network's decisions on others with it.
std::vector<Index> LayerWeights::best_shares(Index kept) const {
  constexpr std::array<double, 3> weights_of_losses{0.5, 0, 1};
  constexpr double clearly = 0.9;  // differences of a few per cent are chance
  StatesHeader beginning = run_.header;
  beginning.samples = trial_samples(run_);
  if (beginning.samples == 0) return layer_shares(prices_, kept);
  SharedRun few(run_.ranks, beginning, run_.network, run_.pattern, run_.is_linear);
  few.block = few.batch;
  few.samples = read_own_samples(few.ranks, beginning, few.is_linear, few.batch, few.block);
  std::vector<std::vector<Index>> shares;
  std::vector<LayeredNetwork> trials;
  for (const double weight_of_losses : weights_of_losses) {
    shares.push_back(between(weight_of_losses, kept));
    trials.push_back(trial_network(few, shares.back()));
  }
  const StateStream from_inputs = run_.stream();
  const DecisionSamples on{run_.network, from_inputs, run_.samples, run_.header.samples,
                           run_.decides_classes()};
  std::vector<double> divergences = network_divergences(run_.ranks, on, trials, beginning.samples);
  divergences[0] *= clearly;
  const auto nearest = std::min_element(divergences.begin(), divergences.end()) - divergences.begin();
  return shares[static_cast<std::size_t>(nearest)];
}

/// The network after a plain pass over its layers on a few samples: fits to its own pre-activations, without
/// certificates.
LayeredNetwork LayerWeights::trial_network(SharedRun& few, const std::vector<Index>& shares) const {
  LayeredNetwork present = few.network;
  StateStream baseline = few.stream();
  StateStream own = few.stream();
  for (std::size_t l = 0; l < few.network.layers.size(); ++l) {
    agree(few.ranks, [&] {
      baseline.prepare(few.network, l);
      own.prepare(present, l);
    });
    const LayerProblem problem = layer_problem(few, baseline, present, own, l);
    const std::vector<std::vector<int>> supports =
        highest_priced(layer_prices(few, problem, importance_[l]), shares[l]);
    take_rows(present, l, rows_of_classes(problem.classes.size(), [&](std::size_t k) {
                return fit_class(few.ranks, problem.classes[k], problem.sums[k], supports);
              }));
    baseline.finish(l);
    own.finish(l);
  }
  return present;
}

}  // namespace simplicit
