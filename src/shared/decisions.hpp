#pragma once

#include "shared/own_samples.hpp"
#include <simplicit/layers/layered_network.hpp>

namespace simplicit {

/// Of `all_samples`, in batches numbered through, every how many-th batch is looked at where a network's
/// decisions are measured: 64 to 512 samples, more of them the cheaper `runs` passes through the network are.
[[nodiscard]] Index looked_at_every(const LayeredNetwork& network, const OwnSamples& samples,
                                    Index all_samples, Index runs);

/// What a network decides for some samples (q x samples), from its outputs: probabilities of the classes
/// (`softmax`: the outputs are that already), or, without classes, the outputs themselves.
[[nodiscard]] Matrix decisions(const float* outputs, Index q, Index samples, bool probabilities,
                               bool softmax);

}  // namespace simplicit
