#pragma once

#include <simplicit/base/timer.hpp>
#include <simplicit/base/types.hpp>

namespace simplicit {

/// Tells a person how many rows are done, how fast, and how long it will take: one line that renews itself on
/// a terminal, a plain line every tenth of the way (at most one in ten seconds) in a log.
class Progress {
 public:
  /// Cost is in the unit of the blocks' estimates; the time left follows from it.
  Progress(Index rows, double cost);
  void advance(Index rows, double cost);
  void finish();

 private:
  void tell();
  Index rows_;
  Index done_ = 0;
  double cost_;
  double cost_done_ = 0;
  bool terminal_;
  Timer since_start_;
  Timer since_last_;
  Index told_tenths_ = 0;
};

}  // namespace simplicit
