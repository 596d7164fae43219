#pragma once

#include <simplicit/base/progress_line.hpp>
#include <simplicit/base/types.hpp>

namespace simplicit {

/// Tells a person how many rows are done, how fast, and how long it will take.
class Progress {
 public:
  /// Cost is in the unit of the blocks' estimates; the time left follows from it.
  Progress(Index rows, double cost);
  void advance(Index rows, double cost);
  void finish() { line_.finish(); }

 private:
  Index rows_;
  Index done_ = 0;
  double cost_;
  double cost_done_ = 0;
  ProgressLine line_;
};

}  // namespace simplicit
