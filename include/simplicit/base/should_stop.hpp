#pragma once

#include <exception>
#include <functional>

namespace simplicit {

/// Asked often by long computations; true: give up what is in flight. Cheap to ask, may be empty.
using ShouldStop = std::function<bool()>;

/// A computation gave up because it was asked to; never reaches the user.
class Abandoned : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "abandoned"; }
};

/// Throws Abandoned when asked to stop.
inline void stop_if_asked(const ShouldStop& should_stop) {
  if (should_stop && should_stop()) throw Abandoned();
}

/// What a long computation does between its steps: answers whoever waits for this rank, and throws Abandoned
/// when the run was asked to end. Cheap to call, decides no bits, may be empty.
using Interlude = std::function<void()>;

/// Calls it where there is one.
inline void pause_for(const Interlude& interlude) {
  if (interlude) interlude();
}

}  // namespace simplicit
