#pragma once

#include <simplicit/base/figure.hpp>
#include <simplicit/train/train.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace simplicit {

/// Sums and extremes over the certificates of all rows.
struct RowsSummary {
  double objective_ab = 0;  ///< sum of P over the rows of [A B]
  double objective_cd = 0;  ///< sum of P over the rows of [C D]
  Index solved = 0;         ///< rows with nothing left to gain, those that are exact to rounding among them
  Index exact = 0;          ///< rows that are exact to rounding: their gap is rounding and says nothing
  Index ball_active = 0;    ///< rows on the ball
  double max_relative_gap = 0;  ///< of all rows but the exact ones
  double mean_rounds = 0;
  double longest_row = 0;                 ///< seconds
  std::vector<std::int64_t> missed_rows;  ///< in the order given
};

/// Rows below `states` belong to [A B], the others to [C D].
[[nodiscard]] RowsSummary summary_of(const std::vector<RowResult>& rows, Index states);

/// The figures of a run, without values.
[[nodiscard]] std::vector<FigureValue> run_figures();
/// The run report of `train --report` (docs/files.md).
[[nodiscard]] nlohmann::json run_report(const TrainOutcome& outcome, int ranks);
/// Its main figures for a person, one line per figure; `out` is the name of the model's file.
[[nodiscard]] std::string run_table(const TrainOutcome& outcome, int ranks, const std::string& out);

}  // namespace simplicit
