#include "schedule/journal_record.hpp"

#include <simplicit/states/fingerprint.hpp>

#include <bit>
#include <cstring>
#include <span>

namespace simplicit {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are written as they lie in memory");

constexpr std::size_t number_bytes = sizeof(std::uint64_t);
constexpr std::size_t frame_bytes = 2 * number_bytes;

std::string_view bytes_of_number(const std::uint64_t& number) {
  return {reinterpret_cast<const char*>(&number), number_bytes};
}

std::uint64_t number_at(std::string_view bytes, std::size_t place) {
  std::uint64_t number = 0;
  std::memcpy(&number, bytes.data() + place, number_bytes);
  return number;
}

void add(Fingerprint& fingerprint, std::string_view bytes) {
  fingerprint.add(std::as_bytes(std::span(bytes)));
}

Fingerprint fingerprint_of_length(std::uint64_t check_before, std::uint64_t length) {
  Fingerprint fingerprint;
  add(fingerprint, bytes_of_number(check_before));
  add(fingerprint, bytes_of_number(length));
  return fingerprint;
}

}  // namespace

FramedRecord framed(std::string_view payload, std::uint64_t check_before) {
  const std::uint64_t length = payload.size();
  Fingerprint fingerprint = fingerprint_of_length(check_before, length);
  const std::uint64_t length_check = fingerprint.value();
  add(fingerprint, payload);
  FramedRecord record{{}, fingerprint.value()};
  record.bytes.reserve(frame_bytes + payload.size() + number_bytes);
  record.bytes.append(bytes_of_number(length)).append(bytes_of_number(length_check));
  record.bytes.append(payload).append(bytes_of_number(record.check));
  return record;
}

RecordReading read_record(std::string_view rest, std::uint64_t check_before) {
  using Kind = RecordReading::Kind;
  if (rest.size() < frame_bytes) return {Kind::torn, {}, 0, 0};
  const std::uint64_t length = number_at(rest, 0);
  Fingerprint fingerprint = fingerprint_of_length(check_before, length);
  if (fingerprint.value() != number_at(rest, number_bytes)) return {Kind::damaged, {}, 0, 0};
  const std::size_t after_frame = rest.size() - frame_bytes;
  if (after_frame < number_bytes || length > after_frame - number_bytes) return {Kind::torn, {}, 0, 0};
  const std::string_view payload = rest.substr(frame_bytes, length);
  add(fingerprint, payload);
  const std::uint64_t check = fingerprint.value();
  if (check != number_at(rest, frame_bytes + length)) return {Kind::damaged, {}, 0, 0};
  return {Kind::whole, payload, frame_bytes + length + number_bytes, check};
}

}  // namespace simplicit
