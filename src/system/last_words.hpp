#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <string>

namespace simplicit {

/// A text that a signal handler can read at any moment: two copies, so that it never meets a half-written
/// one.
class LastWords {
 public:
  void set(const std::string& words);  ///< at most 1 KiB is kept
  [[nodiscard]] const char* get() const noexcept;

 private:
  static constexpr std::size_t most = 1024;
  std::array<std::array<char, most>, 2> copies_{};
  std::atomic<std::size_t> current_{0};
  static_assert(std::atomic<std::size_t>::is_always_lock_free, "read by a signal handler");
};

}  // namespace simplicit
