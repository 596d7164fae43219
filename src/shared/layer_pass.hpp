#pragma once

#include "shared/layer_weights.hpp"
#include "shared/shared_journal.hpp"
#include "shared/shared_run.hpp"
#include <simplicit/run/train_settings.hpp>
#include <simplicit/shared/train_shared.hpp>

#include <vector>

namespace simplicit {

/// Trains layer after layer, from `journal` where it has them, and leaves between two layers when a signal
/// asks for it (collective). With `shares`, the number of weights each layer keeps, on the states that the
/// model so far reaches; where it is empty with the penalty of the settings on the network's own. The record
/// and the report of the outcome are left to the caller.
[[nodiscard]] SharedOutcome train_layers(SharedRun& run, LayerWeights& weights, const TrainSettings& settings,
                                         const std::vector<Index>& shares, SharedJournal& journal);

}  // namespace simplicit
