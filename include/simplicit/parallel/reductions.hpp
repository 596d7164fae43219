#pragma once

#include <simplicit/parallel/communicator.hpp>
#include <simplicit/system/signals.hpp>

#include <cstdint>
#include <span>

namespace simplicit {

/// Every entry becomes its sum over all ranks, which pass arrays of one length (collective). Exact, so that
/// it does not depend on the number of ranks.
void sum_over_ranks(const Communicator& ranks, std::span<std::int64_t> values);

/// Every entry becomes the largest of all ranks (collective).
void max_over_ranks(const Communicator& ranks, std::span<double> values);

/// The most urgent request any rank has received, the same on all (collective).
[[nodiscard]] Interruption interruption_requested(const Communicator& ranks);

}  // namespace simplicit
