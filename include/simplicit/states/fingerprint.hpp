#pragma once

#define XXH_STATIC_LINKING_ONLY  // the state of the hash is a plain value here
#include <xxhash.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace simplicit {

/// The 64-bit XXH64 hash with seed 0 of bytes given piece by piece, by libxxhash.
class Fingerprint {
 public:
  Fingerprint();
  void add(std::span<const std::byte> bytes);
  void add(const std::string& text) { add(std::as_bytes(std::span(text))); }
  /// Of everything added so far.
  [[nodiscard]] std::uint64_t value() const;

 private:
  XXH64_state_t state_;
};

/// 16 hexadecimal digits.
[[nodiscard]] std::string hex_text(std::uint64_t value);

}  // namespace simplicit
