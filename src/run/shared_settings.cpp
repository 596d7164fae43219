#include <simplicit/base/error.hpp>
#include <simplicit/run/shared_settings.hpp>

#include <cmath>

namespace simplicit {
namespace {

// Factors for states and inputs, 0 for the bias.
std::vector<double> base_weights(double states_weight, double inputs_weight, const StatesHeader& header,
                                 const std::vector<double>& rms) {
  std::vector<double> weights(static_cast<std::size_t>(header.features()), inputs_weight);
  for (Index j = 0; j < header.states; ++j) weights[static_cast<std::size_t>(j)] = states_weight;
  if (!rms.empty()) {
    for (std::size_t j = 0; j < weights.size(); ++j) weights[j] *= rms[j];
  }
  if (header.bias) weights.back() = 0;
  return weights;
}

}  // namespace

std::vector<double> feature_rms(const StoredMatrix& phi) {
  std::vector<double> rms(static_cast<std::size_t>(phi.cols));
  Vector column(phi.rows);
  for (Index j = 0; j < phi.cols; ++j) {
    copy_block(phi, 0, j, phi.rows, 1, column.data(), phi.rows);
    const double value = std::sqrt(column.squaredNorm() / static_cast<double>(phi.rows));
    rms[static_cast<std::size_t>(j)] = value > 0 ? value : 1;
  }
  return rms;
}

void set_penalty_weights(const TrainSettings& settings, const StatesHeader& header,
                         const std::vector<double>& rms, BlockSettings& block_settings) {
  const std::vector<double> ab = base_weights(settings.weights[0], settings.weights[1], header, rms);
  const std::vector<double> cd = base_weights(settings.weights[2], settings.weights[3], header, rms);
  block_settings.weight_sets.clear();
  block_settings.weight_set_of_row.clear();
  if (settings.structure.value_or(Structure::full) == Structure::full) {
    block_settings.weight_sets.push_back(ab);
    block_settings.weight_set_of_row.assign(static_cast<std::size_t>(header.states), 0);
  } else {
    if (header.layer_sizes.empty()) {
      throw InputError(header.path +
                       ": --structure feedforward needs the dataset layer_sizes (the sizes of the "
                       "hidden layers, last one first)");
    }
    // The last hidden layer comes first; a layer may use what comes after it in this order.
    Index end = 0;
    for (const Index size : header.layer_sizes) {
      end += size;
      std::vector<double> weights = ab;
      for (Index j = 0; j < end; ++j) weights[static_cast<std::size_t>(j)] = infinity;
      const auto set = static_cast<int>(block_settings.weight_sets.size());
      block_settings.weight_sets.push_back(std::move(weights));
      block_settings.weight_set_of_row.resize(static_cast<std::size_t>(end), set);
    }
  }
  const auto cd_set = static_cast<int>(block_settings.weight_sets.size());
  block_settings.weight_sets.push_back(cd);
  block_settings.weight_set_of_row.resize(static_cast<std::size_t>(header.states + header.outputs), cd_set);
}

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
