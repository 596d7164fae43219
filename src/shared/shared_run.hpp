#pragma once

#include "shared/choose_shares.hpp"
#include "shared/layer_data.hpp"
#include "shared/own_samples.hpp"
#include "shared/state_stream.hpp"
#include <simplicit/base/timer.hpp>
#include <simplicit/parallel/communicator.hpp>
#include <simplicit/states/states_file.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace simplicit {

/// Seconds of this rank by phase, of all models of a run together.
struct SharedSeconds {
  double read = 0, shares = 0, states = 0, gram = 0, targets = 0, solve = 0;
  double rows = 0;     ///< this rank's own rows: what is dealt out by channels
  double between = 0;  ///< what every rank does alike, and waits for
};

/// What all steps of training a network with shared rows look at; the same on all ranks but for samples and
/// seconds. Its address must not change.
struct SharedRun {
  SharedRun(const Communicator& of_ranks, const StatesHeader& of_states, const LayeredNetwork& as_it_came,
            const std::optional<TapPattern>& of_taps, bool linear)
      : ranks(of_ranks),
        header(of_states),
        network(as_it_came),
        pattern(of_taps),
        is_linear(linear),
        plan(network),
        batch(batch_size(network)),
        block(sum_block(network, batch)) {}
  SharedRun(const SharedRun&) = delete;
  SharedRun& operator=(const SharedRun&) = delete;

  const Communicator& ranks;
  const StatesHeader& header;
  const LayeredNetwork& network;      ///< as it came
  std::optional<TapPattern> pattern;  ///< of the weights that stay
  bool is_linear;                     ///< one dense layer, whose targets are the outputs of the file
  StagePlan plan;
  Index batch;
  Index block;
  OwnSamples samples;
  Timer timer;
  SharedSeconds seconds;

  [[nodiscard]] StateStream stream() const { return {samples, plan, header.path}; }
  /// Whether the outputs choose among classes.
  [[nodiscard]] bool decides_classes() const { return header.has_labels || network.softmax; }
  /// One line of progress, by root.
  void tell(const char* what, std::size_t layer) const;
};

/// The row problems of one layer.
struct LayerProblem {
  LayerData data;
  std::vector<RowClass> classes;
  std::vector<ClassSums> sums;  ///< one for each class
};
/// On the states of `baseline` and, for what reaches the layer besides, those of `own` with the weights of
/// `present`; both streams have prepared the layer (collective). The sums count as `gram` in the seconds.
[[nodiscard]] LayerProblem layer_problem(SharedRun& run, const StateStream& baseline,
                                         const LayeredNetwork& present, const StateStream& own,
                                         std::size_t layer);

/// The importance of the layer's channels (shared/importance.hpp) (collective).
[[nodiscard]] Vector layer_importance(const SharedRun& run, const StateStream& baseline, std::size_t layer);

/// Prices of all weights of the layer (features x channels): the squared error that the loss of each costs,
/// times its channel's importance, and 0 for those that the pattern takes. Channels are dealt out to ranks
/// (collective; the same on all).
[[nodiscard]] Matrix layer_prices(SharedRun& run, const LayerProblem& problem, const Vector& importance);

}  // namespace simplicit
