#pragma once

#include <functional>

namespace simplicit {

/// What a long computation does between its steps: answers whoever waits for this rank, and throws Abandoned
/// (base/should_stop.hpp) when the run was asked to end. Cheap to call, decides no bits, may be empty.
using Interlude = std::function<void()>;

/// Calls it where there is one.
inline void pause_for(const Interlude& interlude) {
  if (interlude) interlude();
}

}  // namespace simplicit
