#pragma once

#include <simplicit/shared/plan_shared.hpp>
#include <simplicit/states/states_file.hpp>

namespace simplicit {

/// The sizes of a run over the samples of a file in so many passes over the layers; seconds, memory and the
/// block of samples are left to whoever knows them (collective).
[[nodiscard]] SharedRunRecord record_of_sizes(const Communicator& ranks, const LayeredNetwork& network,
                                              const StatesHeader& header, int passes);

}  // namespace simplicit
