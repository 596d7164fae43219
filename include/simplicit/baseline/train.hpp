#pragma once

#include <simplicit/base/setting.hpp>
#include <simplicit/baseline/mlp.hpp>
#include <simplicit/dataset/dataset.hpp>

#include <functional>

namespace simplicit {

struct BaselineSettings {
  std::vector<Index> hidden;  ///< units of each hidden layer, first one first
  Activation activation = Activation::relu;
  bool bias = false;
  Index epochs = 12;
  Index batch = 128;            ///< samples per step; the last of an epoch may be smaller
  double learning_rate = 2e-3;  ///< of the first step; falls linearly to 0 over all steps
  std::uint64_t seed = 1;
  double adversarial =
      0;  ///< train on inputs moved by up to this against the network, pixels in [0, 1]; 0: not
};

/// The settings a user may give; `settings` must outlive them.
[[nodiscard]] std::vector<Setting> settings_of(BaselineSettings& settings);
/// Throws InputError naming the flag unless every setting is usable: a hidden layer at least, all counts from
/// 1, a finite learning rate above 0.
void require_valid(const BaselineSettings& settings);

/// How one pass over the training samples went, measured while the weights were moving.
struct EpochReport {
  Index epoch = 0;  ///< from 1
  double loss = 0;
  double accuracy = 0;
  double seconds = 0;
};

/// What training asks of its caller between batches and tells it after epochs; either may be empty.
struct TrainingObserver {
  std::function<void(const EpochReport&)> epoch_finished;
  std::function<bool()> stop_requested;  ///< true ends training with Error(ExitCode::interrupted)
};

/// Trains a classifier of `classes` outputs by mini-batch Adam on softmax cross-entropy, in float32, on this
/// process. Weights start normal with variance 2 / in (He et al., arXiv 1502.01852; 1 / in for tanh and
/// sigmoid), biases zero. The result depends on data and settings alone. Throws Error when the loss stops
/// being finite.
[[nodiscard]] Mlp train_baseline(const LabelledImages& data, Index classes, const BaselineSettings& settings,
                                 const TrainingObserver& observer = {});

/// How a network does on a dataset.
struct BaselineScore {
  double accuracy = 0;    ///< in [0, 1]
  Index dead_states = 0;  ///< hidden units whose activation is 0 on every sample
};
[[nodiscard]] BaselineScore score_baseline(const Mlp& mlp, const LabelledImages& data);

}  // namespace simplicit
