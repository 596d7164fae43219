#pragma once

#include <simplicit/base/types.hpp>
#include <simplicit/parallel/communicator.hpp>

#include <functional>

namespace simplicit {

/// How many of the blocks of `sample_block` samples this rank takes.
[[nodiscard]] Index count_own_blocks(const Communicator& ranks, Index samples);

/// Calls `visit` with the first sample and the number of samples of each block that this rank takes, in
/// order. Throws Error(ExitCode::interrupted) between blocks after a signal.
void for_each_own_block(const Communicator& ranks, Index samples,
                        const std::function<void(Index first, Index count)>& visit);

}  // namespace simplicit
