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

}  // namespace simplicit
