#pragma once

#include <simplicit/states/states_file.hpp>

#include <functional>

namespace simplicit {

/// Reads `parts` of each block of samples that this rank takes, in order, and hands it to `visit`. A rank
/// without blocks does not open the file. Throws Error(ExitCode::interrupted) between blocks after a signal.
void for_each_own_slab(const Communicator& ranks, const StatesHeader& header, SampleReader::Parts parts,
                       const std::function<void(const SampleSlab& slab)>& visit);

}  // namespace simplicit
