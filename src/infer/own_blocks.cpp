#include <simplicit/base/error.hpp>
#include <simplicit/infer/fixed_point.hpp>
#include <simplicit/infer/own_blocks.hpp>
#include <simplicit/system/signals.hpp>

#include <algorithm>
#include <optional>

namespace simplicit {
namespace {

Range own_blocks(const Communicator& ranks, Index samples) {
  return share((samples + sample_block - 1) / sample_block, ranks.rank(), ranks.size());
}

}  // namespace

Index count_own_blocks(const Communicator& ranks, Index samples) {
  return own_blocks(ranks, samples).size();
}

void for_each_own_block(const Communicator& ranks, Index samples,
                        const std::function<void(Index first, Index count)>& visit) {
  const Range own = own_blocks(ranks, samples);
  for (Index block = own.begin; block < own.end; ++block) {
    if (interruption_requested() != Interruption::none) throw Error(ExitCode::interrupted, "interrupted");
    const Index first = block * sample_block;
    visit(first, std::min(sample_block, samples - first));
  }
}

void for_each_own_slab(const Communicator& ranks, const StatesHeader& header, SampleReader::Parts parts,
                       const std::function<void(const SampleSlab& slab)>& visit) {
  std::optional<SampleReader> reader;
  for_each_own_block(ranks, header.samples, [&](Index first, Index count) {
    if (!reader) reader.emplace(header);
    visit(reader->read(first, count, parts));
  });
}

}  // namespace simplicit
