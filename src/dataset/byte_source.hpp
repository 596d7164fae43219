#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace simplicit {

/// A file read from its beginning, decompressed on the way where it is gzipped.
class ByteSource {
 public:
  /// Throws InputError naming the file when it is missing, no regular file, or cannot be read.
  explicit ByteSource(const std::string& path);

  /// The next `count` bytes to `out`; throws InputError when the file ends before, or is damaged.
  void read(std::uint8_t* out, std::size_t count);
  /// Whether there is nothing more to read. Checks the checksum of a gzip stream, throwing InputError when
  /// it is wrong; what is no gzip stream behind one counts as its end, as it does for gunzip.
  [[nodiscard]] bool at_end();
  /// More bytes than this cannot come out of the file.
  [[nodiscard]] std::uint64_t most_bytes() const { return most_; }
  /// Throws InputError of the file's path and the fault.
  [[noreturn]] void refuse(const std::string& fault) const;

 private:
  struct Close {
    void operator()(void* file) const;
  };
  std::string path_;
  std::unique_ptr<void, Close> file_;  ///< zlib's gzFile
  std::uint64_t most_ = 0;
};

}  // namespace simplicit
