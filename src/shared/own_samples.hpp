#pragma once

#include <simplicit/layers/layered_network.hpp>
#include <simplicit/parallel/communicator.hpp>
#include <simplicit/states/states_file.hpp>

#include <vector>

namespace simplicit {

/// The samples of one rank: a contiguous share of those of the file.
struct OwnSamples {
  Index first = 0;  ///< in the file
  Index count = 0;
  Index batch = 1;       ///< forwarded together; `first` is a multiple of it
  std::vector<float> Y;  ///< (q x as many) where the outputs are the targets, else empty
  std::vector<float> U;  ///< (p x count rounded up to whole batches), zeros behind the last sample

  [[nodiscard]] Index padded() const { return (count + batch - 1) / batch * batch; }
};

/// Samples whose G is summed before it is added to what other ranks have: a constant of the network, a
/// multiple of `batch`.
[[nodiscard]] Index sum_block(const LayeredNetwork& network, Index batch);

/// Reads this rank's share of the samples, whole blocks of `block` (collective). With `outputs` also Y, of a
/// file whose only layer is trained on it.
[[nodiscard]] OwnSamples read_own_samples(const Communicator& ranks, const StatesHeader& header, bool outputs,
                                          Index batch, Index block);

}  // namespace simplicit
