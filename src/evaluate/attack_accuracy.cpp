#include "evaluate/output_comparison.hpp"
#include <simplicit/base/timer.hpp>
#include <simplicit/evaluate/attack_accuracy.hpp>
#include <simplicit/infer/own_blocks.hpp>

#include <spdlog/spdlog.h>

#include <algorithm>

namespace simplicit {
namespace {

constexpr double seconds_between_lines = 5;

// Samples still decided rightly, one count for each attack and epsilon.
using Counts = std::vector<std::int64_t>;

Counts count_fgsm(const Classifier& classifier, const AttackedSamples& samples,
                  const std::vector<double>& epsilons) {
  const Matrix ascent = classifier.ascent(samples.U, samples.labels).ascent;
  Counts counts;
  for (const double epsilon : epsilons) {
    const Matrix moved = fgsm(samples, ascent, Vector::Constant(samples.U.cols(), epsilon));
    counts.push_back(count_equal(decisions(classifier.outputs(moved)), samples.labels));
  }
  return counts;
}

Counts count_pgd(const Classifier& classifier, const AttackedSamples& samples,
                 const std::vector<double>& epsilons, const PgdSettings& settings) {
  Counts counts;
  for (const double epsilon : epsilons) {
    const std::vector<bool> right =
        withstands_pgd(classifier, samples, Vector::Constant(samples.U.cols(), epsilon), settings);
    counts.push_back(std::count(right.begin(), right.end(), true));
  }
  return counts;
}

Counts count_right(const Classifier& classifier, const AttackedSamples& samples,
                   const AttackSettings& settings) {
  Counts counts;
  for (const Attack attack : settings.attacks) {
    const Counts more = attack == Attack::fgsm
                            ? count_fgsm(classifier, samples, settings.epsilons)
                            : count_pgd(classifier, samples, settings.epsilons, settings.pgd);
    counts.insert(counts.end(), more.begin(), more.end());
  }
  return counts;
}

struct SharedCounts {
  Counts model, baseline;
};

void add(const Counts& more, Counts& counts) {
  for (std::size_t k = 0; k < counts.size(); ++k) counts[k] += more[k];
}

// The blocks of this rank; root tells how far it is.
SharedCounts count_share(const Communicator& ranks, const Classifier& model, const Classifier* baseline,
                         const StatesHeader& header, const Perturbation& perturbation,
                         const AttackSettings& settings) {
  const std::size_t figures = settings.attacks.size() * settings.epsilons.size();
  SharedCounts counts{Counts(figures, 0), Counts(figures, 0)};
  const Index blocks = count_own_blocks(ranks, header.samples);
  Index attacked = 0;
  Timer since_told;
  for_each_own_slab(ranks, header, {.X = false, .Z = false, .Y = false}, [&](const SampleSlab& slab) {
    const AttackedSamples samples{slab.U, slab.labels, perturbation};
    add(count_right(model, samples, settings), counts.model);
    if (baseline) add(count_right(*baseline, samples, settings), counts.baseline);
    ++attacked;
    if (ranks.is_root() && since_told.seconds() > seconds_between_lines) {
      spdlog::info("attacked {} % of the samples", 100 * attacked / blocks);
      since_told.restart();
    }
  });
  return counts;
}

}  // namespace

std::vector<AttackedAccuracy> attacked_accuracies(const Communicator& ranks, const Classifier& model,
                                                  const Classifier* baseline, const StatesHeader& header,
                                                  const Perturbation& perturbation,
                                                  const AttackSettings& settings) {
  SharedCounts own;
  agree(ranks, [&] { own = count_share(ranks, model, baseline, header, perturbation, settings); });
  const auto part = [&](std::int64_t count) {
    return static_cast<double>(ranks.sum(count)) / static_cast<double>(header.samples);
  };
  std::vector<AttackedAccuracy> accuracies;
  for (const Attack attack : settings.attacks) {
    for (const double epsilon : settings.epsilons) {
      const std::size_t figure = accuracies.size();
      AttackedAccuracy under{name_of(attack), epsilon, part(own.model[figure]), {}};
      if (baseline) under.baseline_accuracy = part(own.baseline[figure]);
      accuracies.push_back(under);
    }
  }
  return accuracies;
}

}  // namespace simplicit
