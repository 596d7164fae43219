#include "shared/moving_targets.hpp"

#include "shared/decisions.hpp"

#include <algorithm>

namespace simplicit {
namespace {

constexpr int clipped_rounds = 4;
constexpr int decision_rounds = 40;

}  // namespace

TargetRule target_rule(const LayeredNetwork& network, const Layer& layer, bool probabilities) {
  if (layer.clip) return TargetRule::clipped;
  const bool of_a_sample = network.positions(layer) == 1 && network.channels(layer) == network.outputs();
  return layer.decides && probabilities && of_a_sample ? TargetRule::decisions : TargetRule::fixed;
}

int rounds_of(TargetRule rule) {
  switch (rule) {
    case TargetRule::clipped:
      return clipped_rounds;
    case TargetRule::decisions:
      return decision_rounds;
    case TargetRule::fixed:
      break;
  }
  return 0;
}

std::vector<float> decision_targets(const float* z, const float* y, Index channels) {
  const Vector step = 2 * (softmax(z, channels) - softmax(y, channels));
  std::vector<float> targets(static_cast<std::size_t>(channels));
  for (Index c = 0; c < channels; ++c)
    targets[static_cast<std::size_t>(c)] = static_cast<float>(static_cast<double>(y[c]) + step[c]);
  return targets;
}

MovingTargets::MovingTargets(const LayeredNetwork& network, const StateStream& baseline,
                             const OwnSamples& samples, LayerData& data, TargetRule rule)
    : samples_(samples), data_(data), rule_(rule), first_(data.targets), baseline_(data.targets) {
  if (!data.layer->skips) return;  // nothing was taken from z
  const auto entries = network.channels(*data.layer) * network.positions(*data.layer);
  baseline.compute(network, {data.layer->target}, [&](Index first, const std::vector<const float*>& z) {
    std::copy_n(z[0], entries * samples_.batch, baseline_.data() + first * entries);
  });
}

void MovingTargets::move(const LayeredNetwork& present, const StateStream& own) {
  const Index channels = present.channels(*data_.layer);
  const Index entries = channels * present.positions(*data_.layer);
  const ClipRange range = data_.layer->clip.value_or(ClipRange());
  own.compute(present, {data_.layer->target}, [&](Index first, const std::vector<const float*>& y) {
    for (Index s = 0; s < samples_.batch; ++s) {
      const auto at = static_cast<std::size_t>((first + s) * entries);
      const float* of_model = y[0] + s * entries;
      std::vector<float> decided;
      if (rule_ == TargetRule::decisions) decided = decision_targets(&baseline_[at], of_model, channels);
      for (Index i = 0; i < entries; ++i) {
        const std::size_t entry = at + static_cast<std::size_t>(i);
        const float z = baseline_[entry];
        const float target = rule_ == TargetRule::decisions ? decided[static_cast<std::size_t>(i)]
                                                            : clipped_target(z, of_model[i], range);
        data_.targets[entry] = first_[entry] + (target - z);
      }
    }
  });
}

}  // namespace simplicit
