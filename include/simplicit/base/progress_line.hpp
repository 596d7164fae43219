#pragma once

#include <simplicit/base/timer.hpp>

#include <string>

namespace simplicit {

/// One line about work in progress that renews itself on a terminal; in a log a plain line every tenth of the
/// way, at most one in ten seconds.
class ProgressLine {
 public:
  ProgressLine();
  /// Whether it is time for another line; `done` in [0, 1].
  [[nodiscard]] bool is_due(double done) const;
  void tell(double done, const std::string& line);
  /// Clears the line of a terminal.
  void finish();
  [[nodiscard]] double seconds() const { return since_start_.seconds(); }

 private:
  bool terminal_;
  Timer since_start_;
  Timer since_last_;
  int told_tenths_ = 0;
};

}  // namespace simplicit
