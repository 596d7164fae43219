#pragma once

#include <simplicit/system/temporary_output.hpp>

#include <string>
#include <string_view>

namespace simplicit {

/// A text file that is written piece by piece under a temporary name and renamed at the end. Throws as
/// TemporaryOutput does, and SystemError when the disk does not take it.
class TextOutput {
 public:
  explicit TextOutput(const std::string& path);
  ~TextOutput();
  TextOutput(const TextOutput&) = delete;
  TextOutput& operator=(const TextOutput&) = delete;

  void append(std::string_view text);
  /// Hands the last piece to the system; of several outputs that belong together all are finished before the
  /// first is committed.
  void finish();
  void commit();

 private:
  void write_buffer();

  std::string path_;
  TemporaryOutput output_;
  int descriptor_ = -1;
  std::string buffer_;
};

/// Writes a text file as a whole.
void write_text(const std::string& path, std::string_view text);

}  // namespace simplicit
