#pragma once

#include "shared/layer_data.hpp"
#include "shared/state_stream.hpp"
#include <simplicit/parallel/communicator.hpp>

#include <vector>

namespace simplicit {

/// What is needed to measure a network's decisions on some of the samples, those of every k-th batch, k from
/// the sizes alone.
struct DecisionSamples {
  const LayeredNetwork& network;  ///< as it came
  const StateStream& stream;      ///< its states
  const OwnSamples& samples;
  Index all_samples;
  bool decides_classes;
};

/// What the network's decisions lose when one layer alone, fitted to the network's states, keeps only its
/// kept[i] highest-priced weights, for each i: mean over samples of sum_k p_k log(p_k / q_k)^2, p the
/// network's and q the trial's probabilities, which for small changes is twice the divergence and for large
/// ones grows on where that levels off; without classes half the squared change of the outputs. `priced`
/// (features x channels) are the layer's prices, `sums` those of its classes (collective; the same on all
/// ranks and at any number of them).
[[nodiscard]] std::vector<double> layer_losses(const Communicator& ranks, const DecisionSamples& on,
                                               std::size_t layer, const std::vector<RowClass>& classes,
                                               const std::vector<ClassSums>& sums, const Matrix& priced,
                                               const std::vector<Index>& kept);

/// The divergence KL(p | q) of each trial, or half the squared change of the outputs, mean over some of the
/// samples that do not come before sample `first`, a multiple of the batch; there must be some (collective;
/// the same on all ranks and at any number of them).
[[nodiscard]] std::vector<double> network_divergences(const Communicator& ranks, const DecisionSamples& on,
                                                      const std::vector<LayeredNetwork>& trials, Index first);

}  // namespace simplicit
