#pragma once

#include "shared/choose_shares.hpp"
#include "shared/state_stream.hpp"
#include <simplicit/parallel/communicator.hpp>
#include <simplicit/run/train_settings.hpp>

#include <optional>

namespace simplicit {

/// Throws InputError for settings that rows shared by all positions do not have.
void require_known(const TrainSettings& settings);

/// The N:M of --pattern; throws InputError where it is none or fits no operator.
[[nodiscard]] std::optional<TapPattern> pattern_of(const TrainSettings& settings,
                                                   const LayeredNetwork& network);

/// Throws InputError where --keep leaves nothing, or the samples are too few for a layer's rows.
void require_valid(const TrainSettings& settings, const StatesHeader& header, const LayeredNetwork& network);

/// Says what memory a node takes and throws where that is not there (collective). `two_streams`: the states
/// of the network and those of the model.
void require_memory(const Communicator& ranks, const LayeredNetwork& network, const StagePlan& plan,
                    Index samples, bool two_streams);

}  // namespace simplicit
