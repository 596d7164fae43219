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

/// What a rank takes, about.
struct SharedMemory {
  double sample_bytes = 0;  ///< for each of its samples
  double rank_bytes = 0;    ///< besides
};
/// `two_streams`: the states of the network and those of the model.
[[nodiscard]] SharedMemory memory_of(const LayeredNetwork& network, const StagePlan& plan, bool two_streams);

/// Says what memory a node takes for so many samples on all ranks, and throws where that is not there
/// (collective).
void require_memory(const Communicator& ranks, const SharedMemory& memory, Index samples);

}  // namespace simplicit
