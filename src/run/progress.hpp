#pragma once

#include <simplicit/base/progress_line.hpp>
#include <simplicit/base/types.hpp>

namespace simplicit {

/// Tells a person how many rows of a stage are done, how fast, and how long the stage and those after it will
/// take.
class Progress {
 public:
  /// Cost is in the unit of the blocks' estimates; the time left follows from it. The stage counts from 1; of
  /// how many there will be only the order of magnitude is known.
  Progress(Index rows, double cost, Index stage, Index expected_stages);
  void advance(Index rows, double cost);
  void finish() { line_.finish(); }

 private:
  Index rows_;
  Index done_ = 0;
  double cost_;
  double cost_done_ = 0;
  Index stage_;
  Index expected_stages_;
  ProgressLine line_;
};

}  // namespace simplicit
