#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
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

  /// Seconds until a rank that begins to wait sees what happens `seconds` later; 0 when it is there already.
  [[nodiscard]] static double seconds_until_seen(double seconds) {
    double waited = 0;
    double next = std::chrono::duration<double>(shortest).count();
    const double most = std::chrono::duration<double>(longest).count();
    for (; waited < seconds && next < most; next = std::min(2 * next, most)) waited += next;
    if (waited >= seconds) return waited;
    return waited + std::ceil((seconds - waited) / most) * most;
  }

 private:
  using Microseconds = std::chrono::microseconds;
  static constexpr Microseconds shortest{2};
  static constexpr Microseconds longest{200};
  Microseconds next_ = shortest;
};

}  // namespace simplicit
