#pragma once

#include <simplicit/base/types.hpp>
#include <simplicit/parallel/communicator.hpp>
#include <simplicit/states/states_file.hpp>

#include <functional>

namespace simplicit {

/// How many of the blocks of `sample_block` samples this rank takes.
[[nodiscard]] Index count_own_blocks(const Communicator& ranks, Index samples);

/// Calls `visit` with the first sample and the number of samples of each block that this rank takes, in
/// order. Throws Error(ExitCode::interrupted) between blocks after a signal.
void for_each_own_block(const Communicator& ranks, Index samples,
                        const std::function<void(Index first, Index count)>& visit);

/// Reads `parts` of each block of samples that this rank takes, in order, and hands it to `visit`. A rank
/// without blocks does not open the file. Throws Error(ExitCode::interrupted) between blocks after a signal.
void for_each_own_slab(const Communicator& ranks, const StatesHeader& header, SampleReader::Parts parts,
                       const std::function<void(const SampleSlab& slab)>& visit);

}  // namespace simplicit
