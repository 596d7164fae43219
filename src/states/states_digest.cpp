#include "states/header_record.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/base/progress_line.hpp>
#include <simplicit/states/fingerprint.hpp>
#include <simplicit/system/signals.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace simplicit {
namespace {

/// Samples are hashed in blocks that follow from the shapes alone, about 8 MiB in double precision.
Index samples_per_block(const StatesHeader& header) {
  constexpr Index numbers_per_block = Index{1} << 20;
  return std::max<Index>(1, numbers_per_block / (header.inputs + 2 * header.states + header.outputs));
}

void add_numbers(Fingerprint& fingerprint, const Matrix& numbers) {
  fingerprint.add(std::as_bytes(std::span(numbers.data(), static_cast<std::size_t>(numbers.size()))));
}

std::uint64_t fingerprint_of(const SampleSlab& slab) {
  Fingerprint fingerprint;
  add_numbers(fingerprint, slab.U);
  add_numbers(fingerprint, slab.X);
  add_numbers(fingerprint, slab.Z);
  add_numbers(fingerprint, slab.Y);
  fingerprint.add(std::as_bytes(std::span(slab.labels)));
  return fingerprint.value();
}

std::vector<std::uint64_t> block_fingerprints(const StatesHeader& header, const Range& blocks, bool tells) {
  const Index block = samples_per_block(header);
  const SampleReader reader(header);
  SampleReader::Parts parts;
  parts.X = parts.Z = header.states > 0;
  std::vector<std::uint64_t> fingerprints;
  ProgressLine line;
  for (Index index = blocks.begin; index < blocks.end; ++index) {
    if (interruption_requested() != Interruption::none) {
      throw Error(ExitCode::interrupted, "interrupted while reading " + header.path);
    }
    const double done = static_cast<double>(index - blocks.begin) / static_cast<double>(blocks.size());
    if (tells && done > 0 && line.is_due(done)) {
      line.tell(done, fmt::format("taking the fingerprint of {}: {:.0f} % of {} samples, about {:.0f} s left",
                                  header.path, 100 * done, header.samples, line.seconds_left(done)));
    }
    const Index first = index * block;
    fingerprints.push_back(
        fingerprint_of(reader.read(first, std::min(block, header.samples - first), parts)));
  }
  if (tells) line.finish();
  return fingerprints;
}

}  // namespace

std::string states_digest(const StatesHeader& header, const Communicator& ranks) {
  const Index block = samples_per_block(header);
  const Range mine = share((header.samples + block - 1) / block, ranks.rank(), ranks.size());
  std::vector<std::uint64_t> own;
  agree(ranks, [&] { own = block_fingerprints(header, mine, ranks.is_root()); });
  const std::vector<std::uint64_t> all = ranks.gather(std::span<const std::uint64_t>(own));
  Fingerprint whole;
  whole.add(record_of(header).dump());
  whole.add(std::as_bytes(std::span(all)));
  on_root(ranks, [&] {
    if (header.has_network) whole.add(hdf5::File::open(header.path).read_bytes("network"));
  });
  std::string digest = hex_text(whole.value());
  ranks.broadcast(digest);
  return digest;
}

}  // namespace simplicit
