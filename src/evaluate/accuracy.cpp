#include <simplicit/base/error.hpp>
#include <simplicit/baseline/distribute.hpp>
#include <simplicit/baseline/mlp_file.hpp>
#include <simplicit/evaluate/accuracy.hpp>
#include <simplicit/evaluate/decisions.hpp>
#include <simplicit/parallel/interruption.hpp>

#include <algorithm>

namespace simplicit {
namespace {

// Right decisions on the blocks of this rank.
std::int64_t count_share(const Communicator& ranks, const Classifier& classifier,
                         const StatesHeader& header) {
  const Index blocks = (header.samples + sample_block - 1) / sample_block;
  const Range own = share(blocks, ranks.rank(), ranks.size());
  if (own.size() == 0) return 0;
  const SampleReader reader(header);
  std::int64_t right = 0;
  for (Index block = own.begin; block < own.end; ++block) {
    if (interruption_requested() != Interruption::none) throw Error(ExitCode::interrupted, "interrupted");
    const Index first = block * sample_block;
    const SampleSlab slab = reader.read(first, std::min(sample_block, header.samples - first),
                                        {.X = false, .Z = false, .Y = false});
    right += count_equal(decisions(classifier.outputs(slab.U)), slab.labels);
  }
  return right;
}

}  // namespace

std::optional<Mlp> baseline_of(const Communicator& ranks, const StatesHeader& header) {
  if (!header.has_baseline) return std::nullopt;
  Mlp mlp;
  on_root(ranks, [&] {
    mlp = read_baseline_group(hdf5::File::open(header.path));
    if (mlp.inputs() != header.inputs || mlp.outputs() != header.outputs) {
      throw InputError(header.path + ": group 'baseline' has " + std::to_string(mlp.inputs()) +
                       " inputs and " + std::to_string(mlp.outputs()) + " outputs, the samples have " +
                       std::to_string(header.inputs) + " and " + std::to_string(header.outputs));
    }
  });
  broadcast(ranks, mlp);
  return mlp;
}

double accuracy_of(const Communicator& ranks, const Classifier& classifier, const StatesHeader& header) {
  SIMPLICIT_ASSERT(header.has_labels, header.path);
  std::int64_t right = 0;
  agree(ranks, [&] { right = count_share(ranks, classifier, header); });
  return static_cast<double>(ranks.sum(right)) / static_cast<double>(header.samples);
}

}  // namespace simplicit
