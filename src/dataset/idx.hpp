#pragma once

#include <simplicit/base/types.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace simplicit {

/// The numbers of an IDX file, last axis fastest: unsigned bytes as they stand, the other integers widened,
/// floating-point numbers in single precision, the precision of every input.
using IdxValues = std::variant<std::vector<std::uint8_t>, std::vector<std::int32_t>, std::vector<float>>;

/// An array from an IDX file.
struct IdxArray {
  std::vector<Index> shape;  ///< of the whole array in the file
  IdxValues values;          ///< of all of it, or of the first entries of the first axis
};

/// Files that declare more bytes than this are refused.
inline constexpr std::uint64_t max_idx_bytes = std::uint64_t{1} << 33U;

/// Reads an IDX file, gzipped or not (told apart by its first bytes, not by its name).
/// Format (LeCun, Cortes, Burges, "The MNIST database of handwritten digits"): two zero bytes, the type (0x08
/// unsigned byte, 0x09 signed byte, 0x0b short, 0x0c int, 0x0d float, 0x0e double), the number of axes, the
/// length of each axis as a big-endian 32-bit number, then the values, big-endian too.
/// What stands behind a gzip stream and is none itself is ignored, as gunzip does. Throws InputError naming
/// the file when it is missing, unreadable, truncated, damaged, of another type, empty, larger than
/// `max_bytes` or longer than its header says. Sizes are checked against the file's before anything is
/// allocated, and no more is ever decompressed than the header declares. With `first` fewer entries along the
/// first axis than the file has, no more than those are decompressed and kept.
[[nodiscard]] IdxArray read_idx(const std::string& path, std::uint64_t max_bytes = max_idx_bytes,
                                std::optional<Index> first = std::nullopt);

}  // namespace simplicit
