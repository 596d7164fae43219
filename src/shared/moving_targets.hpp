#pragma once

#include "shared/layer_data.hpp"
#include "shared/state_stream.hpp"

#include <vector>

namespace simplicit {

// What a layer is fitted to need not be the network's own pre-activation z. Where nothing but ReLU reads it,
// any number up to 0 is as good as a z below 0, and where the network decides a class by it, the decision
// counts and not the number. Both losses are convex, and both are minimised by a sequence of least-squares
// problems on the same Phi whose targets follow the model's own pre-activation y = fixed + Phi w (majorise,
// minimise: D. Hunter, K. Lange, "A tutorial on MM algorithms", 2004):
//
//   rectified   1/2 (y - z)^2 where z > 0, 1/2 max(y, 0)^2 elsewhere; the target there is min(y, 0)
//   decisions   KL(softmax z | softmax y) over the channels; the target is y + 2 (softmax z - softmax y), for
//               the Hessian is at most 1/2 (D. Boehning, "Multinomial logistic regression algorithm", 1992)

/// How the targets of a layer follow the model.
enum class TargetRule { fixed, rectified, decisions };

/// The rule for a layer; `probabilities`: the network decides a class by its outputs.
[[nodiscard]] TargetRule target_rule(const LayeredNetwork& network, const Layer& layer, bool probabilities);

/// Least-squares problems that are solved before the last one.
[[nodiscard]] int rounds_of(TargetRule rule);

/// The target of a sample and channel by the rule `rectified`, from the pre-activations of network and model.
[[nodiscard]] inline float rectified_target(float z, float y) {
  return z > 0 || y > 0 ? (z > 0 ? z : 0.0F) : y;
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
