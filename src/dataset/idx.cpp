#include "dataset/idx.hpp"

#include "dataset/byte_source.hpp"
#include <simplicit/base/error.hpp>

#include <array>
#include <bit>
#include <type_traits>

namespace simplicit {
namespace {

constexpr int max_axes = 8;

/// The third byte of the file.
enum class Type : std::uint8_t {
  unsigned_byte = 0x08,
  signed_byte = 0x09,
  int16 = 0x0b,
  int32 = 0x0c,
  float32 = 0x0d,
  float64 = 0x0e
};

struct Header {
  Type type;
  std::vector<Index> shape;
};

/// The unsigned number that `count` bytes spell, the big end first.
std::uint64_t big_endian(const std::uint8_t* bytes, std::size_t count) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < count; ++i) number = (number << 8U) | bytes[i];
  return number;
}

Header read_header(ByteSource& source) {
  std::array<std::uint8_t, 4> magic{};
  source.read(magic.data(), magic.size());
  if (magic[0] != 0 || magic[1] != 0) source.refuse("is not an IDX file");
  const bool known = magic[2] >= 0x08 && magic[2] <= 0x0e && magic[2] != 0x0a;
  if (!known)
    source.refuse("holds numbers of type " + std::to_string(magic[2]) + ", which IDX does not know");
  if (magic[3] < 1 || magic[3] > max_axes) {
    source.refuse("has " + std::to_string(magic[3]) + " axes, 1 to " + std::to_string(max_axes) +
                  " are expected");
  }
  Header header{static_cast<Type>(magic[2]), {}};
  for (int axis = 0; axis < magic[3]; ++axis) {
    std::array<std::uint8_t, 4> length{};
    source.read(length.data(), length.size());
    header.shape.push_back(static_cast<Index>(big_endian(length.data(), length.size())));
  }
  return header;
}

std::size_t bytes_per_value(Type type) {
  switch (type) {
    case Type::unsigned_byte:
    case Type::signed_byte:
      return 1;
    case Type::int16:
      return 2;
    case Type::int32:
    case Type::float32:
      return 4;
    case Type::float64:
      return 8;
  }
  SIMPLICIT_ASSERT(false, "unknown type");
  return 1;
}

/// How many numbers the header declares.
std::uint64_t declared_values(const Header& header, std::uint64_t max_bytes, const ByteSource& source) {
  std::uint64_t bytes = bytes_per_value(header.type);
  for (const Index length : header.shape) {
    if (length == 0) source.refuse("holds no data: an axis has length 0");
    if (bytes > max_bytes / static_cast<std::uint64_t>(length)) {
      source.refuse("declares more than " + std::to_string(max_bytes) + " bytes");
    }
    bytes *= static_cast<std::uint64_t>(length);
  }
  return bytes / bytes_per_value(header.type);
}

/// Numbers of type Stored, of as many bytes as Bits, as numbers of type Value.
template <class Bits, class Stored, class Value>
std::vector<Value> converted(const std::vector<std::uint8_t>& bytes) {
  std::vector<Value> values(bytes.size() / sizeof(Bits));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto bits = static_cast<Bits>(big_endian(bytes.data() + i * sizeof(Bits), sizeof(Bits)));
    values[i] = static_cast<Value>(std::bit_cast<Stored>(bits));
  }
  return values;
}

IdxValues numbers_of(std::vector<std::uint8_t> bytes, Type type) {
  switch (type) {
    case Type::unsigned_byte:
      return bytes;
    case Type::signed_byte:
      return converted<std::uint8_t, std::int8_t, std::int32_t>(bytes);
    case Type::int16:
      return converted<std::uint16_t, std::int16_t, std::int32_t>(bytes);
    case Type::int32:
      return converted<std::uint32_t, std::int32_t, std::int32_t>(bytes);
    case Type::float32:
      return converted<std::uint32_t, float, float>(bytes);
    case Type::float64:
      return converted<std::uint64_t, double, float>(bytes);
  }
  SIMPLICIT_ASSERT(false, "unknown type");
  return bytes;
}

}  // namespace

IdxArray read_idx(const std::string& path, std::uint64_t max_bytes, std::optional<Index> first) {
  ByteSource source(path);
  const Header header = read_header(source);
  const std::uint64_t values = declared_values(header, max_bytes, source);
  const std::uint64_t bytes = values * bytes_per_value(header.type);
  if (bytes > source.most_bytes()) {
    source.refuse("is truncated: its header declares " + std::to_string(values) + " values");
  }
  const auto length = static_cast<std::uint64_t>(header.shape[0]);
  const bool in_part = first && *first >= 0 && static_cast<std::uint64_t>(*first) < length;
  std::vector<std::uint8_t> content(in_part ? bytes / length * static_cast<std::uint64_t>(*first) : bytes);
  source.read(content.data(), content.size());
  if (!in_part && !source.at_end()) {
    source.refuse("is longer than its header says (" + std::to_string(values) + " values)");
  }
  return {header.shape, numbers_of(std::move(content), header.type)};
}

}  // namespace simplicit
