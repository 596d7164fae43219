#include "evaluate/own_slabs.hpp"

#include <simplicit/infer/own_blocks.hpp>

#include <optional>

namespace simplicit {

void for_each_own_slab(const Communicator& ranks, const StatesHeader& header, SampleReader::Parts parts,
                       const std::function<void(const SampleSlab& slab)>& visit) {
  std::optional<SampleReader> reader;
  for_each_own_block(ranks, header.samples, [&](Index first, Index count) {
    if (!reader) reader.emplace(header);
    visit(reader->read(first, count, parts));
  });
}

}  // namespace simplicit
