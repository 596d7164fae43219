#pragma once

#include <simplicit/parallel/communicator.hpp>
#include <simplicit/system/signals.hpp>

namespace simplicit {

/// The most urgent request any rank has received, the same on all (collective).
[[nodiscard]] Interruption interruption_requested(const Communicator& ranks);

}  // namespace simplicit
