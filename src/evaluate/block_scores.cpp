#include "evaluate/block_scores.hpp"

#include "evaluate/output_comparison.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/base/timer.hpp>

namespace simplicit {

void BlockCounts::add(const BlockCounts& next) {
  correct += next.correct;
  baseline_correct += next.baseline_correct;
  agreements += next.agreements;
  states.add(next.states);
  outputs.add(next.outputs);
  fixed_point.merge(next.fixed_point);
}

BlockScores score_block(const FixedPoint& fixed_point, const Sensitivity& sensitivity,
                        const Vector& rescaling, const SampleSlab& slab, EvaluateSeconds& seconds) {
  Timer timer;
  Matrix Y;
  const Equilibria reached = fixed_point.equilibria_and_outputs(slab.U, Y, slab.first);
  seconds.inference += timer.restart();
  const std::vector<int> decided = decisions(Y);
  const std::vector<int> decided_by_baseline = decisions(slab.Y);
  timer.restart();
  const std::vector<double> radii = certified_radii(Y, reached.error_bound, sensitivity);
  seconds.certify += timer.seconds();

  BlockScores block;
  block.counts.agreements = count_equal(decided, decided_by_baseline);
  block.counts.states = squared_error(reached.X, rescaling.asDiagonal() * slab.X);
  block.counts.outputs = squared_error(Y, slab.Y);
  block.counts.fixed_point = reached.evidence;
  const bool labelled = !slab.labels.empty();
  if (labelled) {
    block.counts.correct = count_equal(decided, slab.labels);
    block.counts.baseline_correct = count_equal(decided_by_baseline, slab.labels);
  }
  for (std::size_t sample = 0; sample < decided.size(); ++sample) {
    SampleVerdict& verdict = block.samples.emplace_back();
    verdict.radius = radii[sample];
    if (!labelled) continue;
    const int label = slab.labels[sample];
    verdict.decided = {label, decided[sample] == label, decided_by_baseline[sample] == label};
  }
  return block;
}

Vector state_rescaling(const ImplicitModel& model, const StatesHeader& header,
                       const std::string& model_path) {
  const Vector of_file = header.state_scale.value_or(Vector::Ones(model.states()));
  const Vector factors = model.state_scale.cwiseQuotient(of_file);
  const bool differ = (factors.array() - 1).abs().maxCoeff() > 1e-12;
  if (differ && !positively_homogeneous(model.activation)) {
    throw InputError(header.path + " does not fit " + model_path +
                     ": their state_scale differ, and states of " + name_of(model.activation) +
                     " cannot be rescaled");
  }
  return factors;
}

}  // namespace simplicit
