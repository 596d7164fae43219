#include "run/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace simplicit {

Progress::Progress(Index rows, double cost, Index stage, Index expected_stages)
    : rows_(rows), cost_(cost), stage_(stage), expected_stages_(std::max(stage, expected_stages)) {}

void Progress::advance(Index rows, double cost) {
  done_ += rows;
  cost_done_ += cost;
  const double done = static_cast<double>(done_) / static_cast<double>(std::max<Index>(1, rows_));
  if (!line_.is_due(done)) return;
  const double elapsed = line_.seconds();
  const double rate = elapsed > 0 ? static_cast<double>(done_) / elapsed : 0;
  const double cost_left =
      std::max(0.0, cost_ - cost_done_);  // sums in another order differ in the last digits
  const double left = cost_done_ > 0 ? elapsed * cost_left / cost_done_ : 0;
  std::string text =
      fmt::format("{} of {} rows solved, {:.0f} rows/s, about {:.0f} s left", done_, rows_, rate, left);
  if (expected_stages_ > 1) {
    const double after = static_cast<double>(expected_stages_ - stage_) * (elapsed + left);
    text = fmt::format("stage {} of about {}: {}, {:.0f} s with the stages after it", stage_,
                       expected_stages_, text, left + after);
  }
  line_.tell(done, text);
}

}  // namespace simplicit
