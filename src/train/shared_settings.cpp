#include "train/penalty_weights.hpp"
#include <simplicit/train/shared_settings.hpp>

namespace simplicit {

BlockSettings shared_settings(const Communicator& ranks, const TrainSettings& settings,
                              const StateStore& store) {
  const StatesHeader& header = store.header();
  BlockSettings block;
  block.objective = settings.objective;
  block.kappa = settings.kappa;
  block.tolerance = settings.tolerance;
  block.states = header.states;
  block.bias = header.bias;
  agree(ranks, [&] {
    const std::vector<double> rms = settings.standardize ? feature_rms(store.phi()) : std::vector<double>{};
    set_penalty_weights(settings, header, rms, block);
  });
  return block;
}

}  // namespace simplicit
