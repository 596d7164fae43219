#pragma once

#include "shared/shared_run.hpp"

#include <vector>

namespace simplicit {

/// How many weights each layer keeps. Prices on the network's own states, and what the decisions were
/// measured to lose as a layer loses weights, are the same for any number kept: they are computed once, when
/// they are asked for first.
class LayerWeights {
 public:
  /// `run` must outlive it.
  explicit LayerWeights(SharedRun& run) : run_(run) {}

  /// Weights of each layer when `keep` of all parameters stay, or as many as the pattern of the run allows
  /// where there is none (collective; the same on all ranks and at any number of them).
  [[nodiscard]] std::vector<Index> shares(const std::optional<double>& keep);

  /// The importance of the channels of a layer whose states `baseline` has prepared (collective).
  [[nodiscard]] const Vector& importance(const StateStream& baseline, std::size_t layer);

 private:
  void price_all_layers();
  void measure_losses(const StateStream& baseline, std::size_t layer, const LayerProblem& problem);
  [[nodiscard]] std::vector<Index> between(double weight_of_losses, Index kept) const;
  [[nodiscard]] std::vector<Index> best_shares(Index kept) const;
  [[nodiscard]] LayeredNetwork trial_network(SharedRun& few, const std::vector<Index>& shares) const;

  SharedRun& run_;
  std::vector<Vector> importance_;  ///< of the channels of each layer
  std::vector<Matrix> prices_;      ///< of the weights of each layer; empty as long as nobody asked
  std::vector<Matrix> losses_;      ///< the same, scaled to what was measured; empty for one layer
};

}  // namespace simplicit
