#pragma once

#include "shared/own_samples.hpp"
#include <simplicit/layers/layered_network.hpp>
#include <simplicit/parallel/communicator.hpp>

#include <vector>

namespace simplicit {

/// Of `all_samples`, in batches numbered through, every how many-th batch is looked at where a network's
/// decisions are measured: 64 to 512 samples, more of them the cheaper `runs` passes through the network are.
[[nodiscard]] Index looked_at_every(const LayeredNetwork& network, const OwnSamples& samples,
                                    Index all_samples, Index runs);

/// The probabilities that softmax makes of the numbers of one sample.
[[nodiscard]] Vector softmax(const float* outputs, Index classes);

/// What a network decides for some samples (q x samples), from its outputs: probabilities of the classes
/// (`softmax_is_there`: the outputs are that already), or, without classes, the outputs themselves.
[[nodiscard]] Matrix decisions(const float* outputs, Index q, Index samples, bool probabilities,
                               bool softmax_is_there);

/// Adds up `width` numbers of each batch, on all ranks in the order of the batches: `own` has a row of them
/// and the number of its samples for each batch of this rank. The sums, and last the number of all samples
/// (collective; the same on all ranks and at any number of them).
[[nodiscard]] std::vector<double> sums_over_batches(const Communicator& ranks, const std::vector<double>& own,
                                                    std::size_t width);

}  // namespace simplicit
