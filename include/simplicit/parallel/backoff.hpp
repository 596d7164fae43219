#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

namespace simplicit {

/// Pauses between two looks at something that has not happened yet: first short, doubling to 200
/// microseconds, so that a waiting rank answers quickly and still leaves its core to others.
class Backoff {
 public:
  void pause() {
    std::this_thread::sleep_for(next_);
    next_ = std::min(2 * next_, longest);
  }
  /// Something happened: the next pause is short again.
  void restart() { next_ = shortest; }

 private:
  using Microseconds = std::chrono::microseconds;
  static constexpr Microseconds shortest{2};
  static constexpr Microseconds longest{200};
  Microseconds next_ = shortest;
};

}  // namespace simplicit
