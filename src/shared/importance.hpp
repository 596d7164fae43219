#pragma once

#include "shared/state_stream.hpp"
#include <simplicit/parallel/communicator.hpp>

namespace simplicit {

/// What a unit of squared error in each channel of a layer's target costs the network's decisions: the Fisher
/// information of the pre-activation, mean over samples and positions, by forward differences: all positions
/// of a channel move at once with random signs, and sum (dp)^2 / p over the classes is the sum over positions
/// on average. For `probabilities` false the squared derivative of the outputs takes its place. On a few of
/// the samples, those of every k-th batch, k from the sizes alone (collective; the same on all ranks and at
/// any number of them).
[[nodiscard]] Vector channel_importance(const Communicator& ranks, const LayeredNetwork& network,
                                        const StateStream& stream, std::size_t layer,
                                        const OwnSamples& samples, Index all_samples, bool probabilities,
                                        const std::string& path);

}  // namespace simplicit
