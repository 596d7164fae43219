#include <simplicit/train/rows_summary.hpp>

#include <algorithm>

namespace simplicit {

RowsSummary summary_of(const std::vector<RowResult>& rows, Index states) {
  RowsSummary summary;
  double rounds = 0;
  for (const RowResult& row : rows) {
    (row.row < states ? summary.objective_ab : summary.objective_cd) += row.primal;
    if (row.status == RowStatus::solved) {
      ++summary.solved;
    } else {
      summary.missed_rows.push_back(row.row);
    }
    if (row.ball_active) ++summary.ball_active;
    summary.max_relative_gap = std::max(summary.max_relative_gap, row.relative_gap);
    rounds += row.rounds;
    summary.longest_row = std::max(summary.longest_row, row.seconds);
  }
  summary.mean_rounds = rounds / std::max(1.0, static_cast<double>(rows.size()));
  return summary;
}

}  // namespace simplicit
