#pragma once

#include <simplicit/base/timer.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace simplicit {

// A journal is a file that only grows: the line "simplicit-journal 1\n", then records. Each record is
//
//     length    8 bytes, of the payload
//     check 1   8 bytes, XXH64 of (check 2 of the record before, length)
//     payload
//     check 2   8 bytes, XXH64 of (check 2 of the record before, length, payload)
//
// with little-endian numbers; before the first record check 2 counts as 0. The first record is the header,
// the same for the whole life of the journal. It is there, synced, before the file has its name.
//
// What a reader finds after the last whole record is one of two things:
// - a torn tail, left by a process that was killed: fewer than 16 bytes, or a length that passes check 1 and
//   promises more bytes than the file has. It is cut off; the records before it are whole.
// - damage: anything else. A length that fails check 1 (so a changed length is never taken for a torn tail),
// a
//   payload that fails check 2, a first line that is not ours, a header that is not whole. It is refused.
// As checks are chained, a record that is missing from the middle, moved or of another journal is damage too.

/// What a journal holds.
struct JournalContent {
  std::string header;
  std::vector<std::string> records;
  std::uint64_t torn_bytes = 0;  ///< of a torn tail that was cut off
};

/// A journal open for appending, locked against other processes; move-only.
class Journal {
 public:
  /// A new journal with this header, on disk when the constructor returns. Throws InputError when `path`
  /// exists or cannot be created, SystemError when the disk does not take it.
  Journal(const std::string& path, const std::string& header);
  /// An existing journal; fills `content` and cuts a torn tail off. Throws InputError naming the fault when
  /// the file is no journal, is damaged, or is in use by another process.
  Journal(const std::string& path, JournalContent& content);
  ~Journal();
  Journal(Journal&& other) noexcept;
  Journal& operator=(Journal&&) = delete;

  /// Writes the record at once; syncs when the last sync is a second old. When the disk does not take it the
  /// journal is left with the records before it, and SystemError is thrown.
  void append(const std::string& record);
  /// Returns when everything appended is on the disk. Throws SystemError.
  void synchronise();

 private:
  void lock();
  void read(JournalContent& content);

  std::string path_;
  int descriptor_ = -1;
  std::uint64_t bytes_ = 0;       ///< of whole records
  std::uint64_t last_check_ = 0;  ///< check 2 of the last record
  Timer since_sync_;
};

}  // namespace simplicit
