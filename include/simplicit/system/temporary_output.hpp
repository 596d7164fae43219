#pragma once

#include <string>

namespace simplicit {

/// A name beside `path` to write to, renamed to `path` by commit(); removed when dropped uncommitted.
/// The constructor throws InputError when the directory does not exist or cannot be written, or when `path`
/// is there and is not a regular file. A symbolic link keeps pointing to its target, which is replaced.
/// On several ranks made by root alone.
class TemporaryOutput {
 public:
  explicit TemporaryOutput(std::string path);
  ~TemporaryOutput();
  TemporaryOutput(const TemporaryOutput&) = delete;
  TemporaryOutput& operator=(const TemporaryOutput&) = delete;
  [[nodiscard]] const std::string& temporary_path() const { return temporary_; }
  /// Lets the system begin to write to the disk what was written so far, so that commit() waits less.
  void begin_writing_back() const;
  void commit();  ///< fsync, then rename

 private:
  std::string path_;
  std::string temporary_;
  bool committed_ = false;
};

/// Throws InputError when `path` lies in a directory that does not exist or cannot be written, or is itself
/// no regular file; asked before long work so that nothing is computed for nothing.
void require_writable(const std::string& path);

}  // namespace simplicit
