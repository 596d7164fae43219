#include <simplicit/states/fingerprint.hpp>

#include <fmt/format.h>

#include <bit>

namespace simplicit {

static_assert(std::endian::native == std::endian::little, "numbers are hashed as they lie in memory");

Fingerprint::Fingerprint() {
  XXH64_reset(&state_, 0);
}

void Fingerprint::add(std::span<const std::byte> bytes) {
  if (!bytes.empty()) XXH64_update(&state_, bytes.data(), bytes.size());
}

std::uint64_t Fingerprint::value() const {
  return XXH64_digest(&state_);
}

std::string hex_text(std::uint64_t value) {
  return fmt::format("{:016x}", value);
}

}  // namespace simplicit
