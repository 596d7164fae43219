#pragma once

#include "shared/layer_data.hpp"
#include "shared/state_stream.hpp"

#include <algorithm>
#include <vector>

namespace simplicit {

// What a layer is fitted to need not be the network's own pre-activation z. Where nothing but ReLU reads it,
// any number up to 0 is as good as a z below 0 (and where Clip reads it, any number beyond a bound as good as
// a z beyond it), and where the network decides a class by it, the decision counts and not the number. Both
// losses are convex, and both are minimised by a sequence of least-squares problems on the same Phi whose
// targets follow the model's own pre-activation y = fixed + Phi w (majorise, minimise: D. Hunter, K. Lange,
// "A tutorial on MM algorithms", 2004):
//
//   clipped     1/2 (y - z)^2 where z lies between the bounds, and 1/2 max(y - low, 0)^2 where z <= low
//               (ReLU: 0), with the target min(y, low); likewise at the upper bound
//   decisions   KL(softmax z | softmax y) over the channels; the target is y + 2 (softmax z - softmax y), for
//               the Hessian is at most 1/2 (D. Boehning, "Multinomial logistic regression algorithm", 1992)

/// How the targets of a layer follow the model.
enum class TargetRule { fixed, clipped, decisions };

/// The rule for a layer; `probabilities`: the network decides a class by its outputs.
[[nodiscard]] TargetRule target_rule(const LayeredNetwork& network, const Layer& layer, bool probabilities);

/// Least-squares problems that are solved before the last one.
[[nodiscard]] int rounds_of(TargetRule rule);

/// The target of a sample and channel by the rule `clipped`, from the pre-activations of network and model.
[[nodiscard]] inline float clipped_target(float z, float y, const ClipRange& range) {
  if (z <= range.low) return std::min(y, range.low);
  if (z >= range.high) return std::max(y, range.high);
  return z;
}

/// The targets of a sample by the rule `decisions`, from the outputs of network and model (channels) each.
[[nodiscard]] std::vector<float> decision_targets(const float* z, const float* y, Index channels);

/// Targets of one layer as they move. Keeps two more arrays of the size of the targets.
class MovingTargets {
 public:
  /// `baseline` has prepared the layer of `data`, whose targets are those of the network.
  MovingTargets(const LayeredNetwork& network, const StateStream& baseline, const OwnSamples& samples,
                LayerData& data, TargetRule rule);

  /// Moves the targets in `data` to where the pre-activations of `present`, computed on `own`, ask for them.
  void move(const LayeredNetwork& present, const StateStream& own);

 private:
  const OwnSamples& samples_;
  LayerData& data_;
  TargetRule rule_;
  std::vector<float> first_;     ///< targets at the start: z - fixed
  std::vector<float> baseline_;  ///< z
};

}  // namespace simplicit
