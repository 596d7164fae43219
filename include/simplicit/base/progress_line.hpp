#pragma once

#include <simplicit/base/timer.hpp>

#include <string>

namespace simplicit {

/// One line about work in progress that renews itself on a terminal. In a log it is a plain line: the first
/// after two seconds, then one every tenth of the way, at most one in ten seconds and at least one in five
/// minutes.
class ProgressLine {
 public:
  ProgressLine();
  /// Whether it is time for another line; `done` in [0, 1].
  [[nodiscard]] bool is_due(double done) const;
  void tell(double done, const std::string& line);
  /// Clears the line of a terminal.
  void finish();
  [[nodiscard]] double seconds() const { return since_start_.seconds(); }
  /// Seconds until all is done, if it goes on as it went so far; `done` in (0, 1].
  [[nodiscard]] double seconds_left(double done) const { return seconds() * (1 - done) / done; }

 private:
  bool terminal_;
  Timer since_start_;
  Timer since_last_;
  int told_tenths_ = -1;  ///< of the way, in the last line
};

}  // namespace simplicit
