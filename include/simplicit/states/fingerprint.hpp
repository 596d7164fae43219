#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace simplicit {

/// The 64-bit XXH64 hash with seed 0 (xxHash specification, version 0.1.1) of bytes given piece by piece.
class Fingerprint {
 public:
  void add(std::span<const std::byte> bytes);
  void add(const std::string& text) { add(std::as_bytes(std::span(text))); }
  /// Of everything added so far.
  [[nodiscard]] std::uint64_t value() const;

 private:
  void consume_stripe(const std::byte* stripe);

  static constexpr std::size_t stripe_bytes = 32;
  std::array<std::uint64_t, 4> lanes_{0x60EA27EEADC0B5D6U, 0xC2B2AE3D27D4EB4FU, 0U, 0x61C8864E7A143579U};
  std::array<std::byte, stripe_bytes> pending_{};
  std::size_t pending_bytes_ = 0;
  std::uint64_t total_bytes_ = 0;
};

/// 16 hexadecimal digits.
[[nodiscard]] std::string hex_text(std::uint64_t value);

}  // namespace simplicit
