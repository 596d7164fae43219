#include "evaluate/output_comparison.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/evaluate/accuracy.hpp>
#include <simplicit/infer/own_blocks.hpp>

namespace simplicit {

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
