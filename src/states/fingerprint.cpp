#include <simplicit/states/fingerprint.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace simplicit {
namespace {

// The constants of the xxHash specification, section "XXH64 algorithm description".
constexpr std::uint64_t prime1 = 0x9E3779B185EBCA87U;
constexpr std::uint64_t prime2 = 0xC2B2AE3D27D4EB4FU;
constexpr std::uint64_t prime3 = 0x165667B19E3779F9U;
constexpr std::uint64_t prime4 = 0x85EBCA77C2B2AE63U;
constexpr std::uint64_t prime5 = 0x27D4EB2F165667C5U;

static_assert(std::endian::native == std::endian::little, "numbers are hashed as they lie in memory");

template <class T>
std::uint64_t load(const std::byte* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

std::uint64_t mix(std::uint64_t lane, std::uint64_t word) {
  return std::rotl(lane + word * prime2, 31) * prime1;
}

std::uint64_t merge(std::uint64_t hash, std::uint64_t lane) {
  return (hash ^ mix(0, lane)) * prime1 + prime4;
}

std::uint64_t avalanche(std::uint64_t hash) {
  hash = (hash ^ (hash >> 33)) * prime2;
  hash = (hash ^ (hash >> 29)) * prime3;
  return hash ^ (hash >> 32);
}

/// The fewer than 32 bytes after the last stripe.
std::uint64_t add_remainder(std::uint64_t hash, const std::byte* bytes, std::size_t count) {
  for (; count >= 8; bytes += 8, count -= 8) {
    hash = std::rotl(hash ^ mix(0, load<std::uint64_t>(bytes)), 27) * prime1 + prime4;
  }
  if (count >= 4) {
    hash = std::rotl(hash ^ (load<std::uint32_t>(bytes) * prime1), 23) * prime2 + prime3;
    bytes += 4;
    count -= 4;
  }
  for (; count > 0; ++bytes, --count) {
    hash = std::rotl(hash ^ (std::to_integer<std::uint64_t>(*bytes) * prime5), 11) * prime1;
  }
  return hash;
}

}  // namespace

void Fingerprint::consume_stripe(const std::byte* stripe) {
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
    lanes_[lane] = mix(lanes_[lane], load<std::uint64_t>(stripe + 8 * lane));
  }
}

void Fingerprint::add(std::span<const std::byte> bytes) {
  total_bytes_ += bytes.size();
  if (pending_bytes_ > 0) {
    const std::size_t taken = std::min(stripe_bytes - pending_bytes_, bytes.size());
    std::copy_n(bytes.begin(), taken, pending_.begin() + static_cast<std::ptrdiff_t>(pending_bytes_));
    pending_bytes_ += taken;
    bytes = bytes.subspan(taken);
    if (pending_bytes_ < stripe_bytes) return;
    consume_stripe(pending_.data());
    pending_bytes_ = 0;
  }
  for (; bytes.size() >= stripe_bytes; bytes = bytes.subspan(stripe_bytes)) consume_stripe(bytes.data());
  std::copy(bytes.begin(), bytes.end(), pending_.begin());
  pending_bytes_ = bytes.size();
}

std::uint64_t Fingerprint::value() const {
  std::uint64_t hash = prime5;
  if (total_bytes_ >= stripe_bytes) {
    hash = std::rotl(lanes_[0], 1) + std::rotl(lanes_[1], 7) + std::rotl(lanes_[2], 12) +
           std::rotl(lanes_[3], 18);
    for (const std::uint64_t lane : lanes_) hash = merge(hash, lane);
  }
  return avalanche(add_remainder(hash + total_bytes_, pending_.data(), pending_bytes_));
}

std::string hex_text(std::uint64_t value) {
  return fmt::format("{:016x}", value);
}

}  // namespace simplicit
