#include "shared/own_samples.hpp"

#include <simplicit/states/store.hpp>

#include <algorithm>

namespace simplicit {

Index sum_block(const LayeredNetwork& network, Index batch) {
  Index positions = 1;
  for (const Layer& layer : network.layers) positions = std::max(positions, network.positions(layer));
  return std::max<Index>(batch, positions >= 16 ? 64 : 512);
}

OwnSamples read_own_samples(const Communicator& ranks, const StatesHeader& header, bool outputs, Index batch,
                            Index block) {
  const Range blocks = share((header.samples + block - 1) / block, ranks.rank(), ranks.size());
  OwnSamples own;
  own.batch = batch;
  own.first = std::min(blocks.begin * block, header.samples);
  own.count = std::min(blocks.end * block, header.samples) - own.first;
  agree(ranks, [&] {
    own.U.assign(static_cast<std::size_t>(own.padded() * header.inputs), 0.0F);
    if (outputs) own.Y.assign(static_cast<std::size_t>(own.padded() * header.outputs), 0.0F);
    const SampleReader reader(header);
    constexpr Index at_once = 256;
    for (Index first = 0; first < own.count; first += at_once) {
      const Index count = std::min(at_once, own.count - first);
      const SampleSlab slab = reader.read(own.first + first, count,
                                          {.U = true, .X = false, .Z = false, .Y = outputs, .labels = false});
      std::transform(slab.U.data(), slab.U.data() + slab.U.size(), own.U.data() + first * header.inputs,
                     [](double value) { return static_cast<float>(value); });
      if (!outputs) continue;
      std::transform(slab.Y.data(), slab.Y.data() + slab.Y.size(), own.Y.data() + first * header.outputs,
                     [](double value) { return static_cast<float>(value); });
    }
  });
  return own;
}

}  // namespace simplicit
