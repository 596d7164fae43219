#include "evaluate/output_comparison.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/baseline/distribute.hpp>
#include <simplicit/baseline/mlp_file.hpp>
#include <simplicit/evaluate/accuracy.hpp>
#include <simplicit/infer/own_blocks.hpp>

namespace simplicit {

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
  agree(ranks, [&] {
    for_each_own_slab(ranks, header, {.X = false, .Z = false, .Y = false}, [&](const SampleSlab& slab) {
      right += count_equal(decisions(classifier.outputs(slab.U)), slab.labels);
    });
  });
  return static_cast<double>(ranks.sum(right)) / static_cast<double>(header.samples);
}

}  // namespace simplicit
