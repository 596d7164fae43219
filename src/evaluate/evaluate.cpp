#include "evaluate/block_scores.hpp"
#include "evaluate/spectral_radius.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/baseline/magnitude_pruning.hpp>
#include <simplicit/evaluate/accuracy.hpp>
#include <simplicit/evaluate/baseline.hpp>
#include <simplicit/evaluate/evaluate.hpp>
#include <simplicit/infer/own_blocks.hpp>
#include <simplicit/infer/resolvent_bound.hpp>
#include <simplicit/robustness/robust_table.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace simplicit {
namespace {

struct ShareScores {
  std::vector<BlockCounts> blocks;
  std::vector<SampleVerdict> samples;
  EvaluateSeconds seconds;
};

// The blocks this rank takes, in order.
ShareScores score_share(const Communicator& ranks, const FixedPoint& fixed_point,
                        const Sensitivity& sensitivity, const Vector& rescaling, const StatesHeader& header) {
  ShareScores scores;
  Timer since_visited;
  for_each_own_slab(ranks, header, {.Z = false, .labels = header.has_labels}, [&](const SampleSlab& slab) {
    scores.seconds.read += since_visited.seconds();
    const BlockScores scored = score_block(fixed_point, sensitivity, rescaling, slab, scores.seconds);
    scores.blocks.push_back(scored.counts);
    scores.samples.insert(scores.samples.end(), scored.samples.begin(), scored.samples.end());
    since_visited.restart();
  });
  return scores;
}

EvaluateSeconds of_slowest_rank(const Communicator& ranks, const EvaluateSeconds& own) {
  return {ranks.max(own.read), ranks.max(own.inference), ranks.max(own.attack), ranks.max(own.certify), 0};
}

void add_figures_of_model(const ImplicitModel& model, const Sensitivity& sensitivity, Scores& scores) {
  scores.norm_a_inf = model.norm_a_inf();
  scores.spectral_radius_abs_a = std::min(spectral_radius_bound(model.A), scores.norm_a_inf);
  scores.sensitivity_inf = sensitivity.inf_norm();
  scores.nonzeros_a = model.A.nonZeros();
  scores.nonzeros_b = model.B.nonZeros();
  scores.nonzeros_c = model.C.nonZeros();
  scores.nonzeros_d = model.D.nonZeros();
  scores.kept = model.kept();
  scores.size = size_of(model);
}

void add_figures_of_samples(const std::vector<BlockCounts>& blocks, const StatesHeader& header,
                            Scores& scores) {
  BlockCounts total;
  for (const BlockCounts& block : blocks) total.add(block);
  const auto part = [&](std::int64_t count) {
    return static_cast<double>(count) / static_cast<double>(header.samples);
  };
  scores.samples = header.samples;
  if (header.has_labels) {
    scores.accuracy = part(total.correct);
    scores.baseline_accuracy = part(total.baseline_correct);
  }
  scores.agreement = part(total.agreements);
  scores.state_error = total.states.relative();
  scores.output_error = total.outputs.relative();
  scores.fixed_point = total.fixed_point;
}

void add_certified_figures(const std::vector<SampleVerdict>& samples, const std::vector<double>& epsilons,
                           bool labelled, Scores& scores) {
  std::vector<double> radii;
  for (const SampleVerdict& sample : samples) radii.push_back(sample.radius);
  scores.radius_max = std::ranges::max(radii);
  scores.radius_median = median(std::move(radii));
  for (const double epsilon : epsilons) {
    const auto certified = std::ranges::count_if(samples, [&](const SampleVerdict& sample) {
      return sample.decided.correct && sample.radius >= epsilon;
    });
    CertifiedAccuracy at{.epsilon = epsilon, .accuracy = {}, .others = {}};
    if (labelled) at.accuracy = static_cast<double>(certified) / static_cast<double>(samples.size());
    scores.certified.push_back(at);
  }
}

void add_class_figures(const std::vector<SampleVerdict>& samples, Scores& scores) {
  std::vector<DecidedSample> decided;
  for (const SampleVerdict& sample : samples) decided.push_back(sample.decided);
  scores.classes = class_accuracies(decided);
}

// Collective: what is left of the baseline's accuracy when one-shot magnitude pruning leaves it as many
// parameters as the model has nonzeros.
void add_pruned_accuracy(const Communicator& ranks, const ImplicitModel& model,
                         const std::optional<Mlp>& baseline, const StatesHeader& header, Scores& scores) {
  if (!baseline || !header.has_labels) return;
  const MlpClassifier pruned(magnitude_pruned(*baseline, model.nonzeros()));
  scores.pruned_accuracy = accuracy_of(ranks, pruned, header);
}

// What the baseline is attacked through: its own gradients where it is a multilayer perceptron, else those of
// its implicit form; null where neither is known (collective).
std::unique_ptr<Classifier> baseline_classifier(const Communicator& ranks, const std::optional<Mlp>& mlp,
                                                const StatesHeader& header,
                                                const FixedPointSettings& settings) {
  if (mlp) return std::make_unique<MlpClassifier>(*mlp);
  const std::optional<ImplicitModel> exact = implicit_baseline(ranks, header);
  std::unique_ptr<Classifier> classifier;
  agree(ranks, [&] {
    if (exact) classifier = std::make_unique<ImplicitClassifier>(*exact, settings);
  });
  return classifier;
}

// Collective.
void add_attacks(const Communicator& ranks, const ImplicitModel& model, const std::optional<Mlp>& mlp,
                 const StatesHeader& header, const EvaluateSettings& settings, Scores& scores) {
  const Perturbation perturbation = perturbation_of(ranks, header, settings.input_range);
  scores.attacks_clipped = perturbation.range.has_value();
  const std::unique_ptr<Classifier> baseline = baseline_classifier(ranks, mlp, header, settings.fixed_point);
  std::optional<ImplicitClassifier> classifier;
  agree(ranks, [&] { classifier.emplace(model, settings.fixed_point); });
  scores.attacks =
      attacked_accuracies(ranks, *classifier, baseline.get(), header, perturbation, settings.attack);
}

}  // namespace

Scores evaluate(const Communicator& ranks, const ImplicitModel& model, const StatesHeader& header,
                const EvaluateSettings& settings, const std::string& model_path) {
  Scores scores;
  ShareScores own;
  agree(ranks, [&] {
    require_fit(model, {header.states, header.inputs, header.outputs, header.bias}, header.activation,
                header.path, model_path);
    if (!settings.attack.attacks.empty() && !header.has_labels) {
      throw InputError(header.path + ": has no dataset 'labels', which an attack needs");
    }
    const Vector rescaling = state_rescaling(model, header, model_path);
    const FixedPoint fixed_point(model, settings.fixed_point);
    const Sensitivity sensitive = sensitivity(model, *ResolventBound::of(model.A));
    if (ranks.is_root()) add_figures_of_model(model, sensitive, scores);
    own = score_share(ranks, fixed_point, sensitive, rescaling, header);
  });
  const std::vector<BlockCounts> blocks = ranks.gather(std::span<const BlockCounts>(own.blocks));
  const std::vector<SampleVerdict> samples = ranks.gather(std::span<const SampleVerdict>(own.samples));
  on_root(ranks, [&] {
    add_figures_of_samples(blocks, header, scores);
    add_certified_figures(samples, settings.certify_epsilons, header.has_labels, scores);
    add_class_figures(samples, scores);
  });
  const std::optional<Mlp> baseline = baseline_of(ranks, header);
  add_pruned_accuracy(ranks, model, baseline, header, scores);
  Timer timer;
  if (!settings.attack.attacks.empty()) add_attacks(ranks, model, baseline, header, settings, scores);
  own.seconds.attack = timer.seconds();
  scores.seconds = of_slowest_rank(ranks, own.seconds);
  return scores;
}

}  // namespace simplicit
