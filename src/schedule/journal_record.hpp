#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace simplicit {

// One record of a journal as bytes; the format is described in schedule/journal.hpp.

inline constexpr std::string_view journal_first_line = "simplicit-journal 1\n";

/// A payload as it is written, and the check the next record starts from.
struct FramedRecord {
  std::string bytes;
  std::uint64_t check = 0;
};
[[nodiscard]] FramedRecord framed(std::string_view payload, std::uint64_t check_before);

/// What the bytes at some place of a journal are.
struct RecordReading {
  enum class Kind { whole, torn, damaged } kind = Kind::torn;
  std::string_view payload;  ///< of a whole record
  std::size_t bytes = 0;     ///< the whole record takes
  std::uint64_t check = 0;   ///< the next record starts from
};
/// Reads the record at the beginning of `rest`, all that is left of the file; at least one byte.
[[nodiscard]] RecordReading read_record(std::string_view rest, std::uint64_t check_before);

}  // namespace simplicit
