#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

namespace simplicit {

/// A file beside `path` to write to, renamed to `path` by commit(); removed when dropped uncommitted, and
/// when the process is ended by a signal. It is created exclusively under a name with a random part, so that
/// no other process writes it, nor leads it elsewhere by a link. The constructor throws InputError when the
/// directory does not exist or cannot be written, and when `path` is there and is not a regular file or may
/// not be written (mode 0444, for example). A symbolic link keeps pointing to its target, which is replaced;
/// what replaces a file gets its mode and, where the system allows that, its owner. On several ranks made by
/// root alone.
class TemporaryOutput {
 public:
  explicit TemporaryOutput(const std::string& path);
  ~TemporaryOutput();
  TemporaryOutput(const TemporaryOutput&) = delete;
  TemporaryOutput& operator=(const TemporaryOutput&) = delete;
  [[nodiscard]] const std::string& temporary_path() const { return temporary_; }
  /// Lets the system begin to write to the disk what was written so far, so that commit() waits less.
  void begin_writing_back() const;
  void commit();  ///< fsync, then rename

 private:
  std::string path_;
  std::optional<struct stat> replaced_;  ///< the file at `path`, when there is one
  std::string temporary_;
  bool committed_ = false;
};

/// Throws InputError where TemporaryOutput would; asked before long work so that nothing is computed for
/// nothing.
void require_writable(const std::string& path);

/// Removes every temporary file of this process that is not committed; may be called by a signal handler that
/// ends the process.
void remove_temporary_outputs() noexcept;

/// What the symbolic links at `path` lead to, there or not yet; `path` itself when it is no link. Throws
/// InputError when they lead in a circle.
[[nodiscard]] std::string target_of_links(const std::string& path);

}  // namespace simplicit
