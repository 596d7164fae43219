#pragma once

#include <simplicit/run/train_settings.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace simplicit {

/// Rows of all stages together that a prediction goes through, at most.
inline constexpr Index most_planned_rows = 100'000'000;

/// A block of rows as it was measured, or estimated from measured ones.
struct MeasuredBlock {
  Index rows = 0;
  Index stage = 0;     ///< of a run with --keep or --refine; ascending in a list of blocks
  double cost = 0;     ///< estimated before the run, any unit
  double seconds = 0;  ///< solving it took
  double bytes = 0;    ///< of its result as a message; 0 when unknown (root solved it itself)
};

/// What a prediction starts from: one run, finished or calibrated, with what depends on the number of ranks.
struct RunRecord {
  std::string source;  ///< the file, for messages
  int ranks = 1;
  int nodes = 1;
  Regime regime = Regime::gram;
  Index samples = 0;           ///< m
  Index features = 0;          ///< d
  Index rows = 0;              ///< n + q
  Index bytes_per_number = 4;  ///< of the states
  double rank_bytes = 0;       ///< private memory, at most on any rank
  int gram_ranks = 1;          ///< that formed G
  double read = 0;             ///< seconds of the phases (docs/files.md)
  double gram = 0;
  double gather = 0;
  double write = 0;
  double between = 0;  ///< what else the run took: between the stages of --keep and --refine
  std::vector<MeasuredBlock> blocks;

  [[nodiscard]] double ranks_per_node() const { return static_cast<double>(ranks) / nodes; }
};

/// The record in the JSON of `train --report`. Throws InputError naming file, field and fault: every number
/// is checked. A run of one stage that was resumed holds only some blocks; they stand for the others. Of
/// several stages all blocks are needed.
[[nodiscard]] RunRecord read_run_record(const std::string& path);
[[nodiscard]] RunRecord run_record_from(const nlohmann::json& report, const std::string& source);

/// The same run with another number of rows over the same samples and features: its blocks repeat, those of
/// every stage, cut anew as that many rows are. Blocks whose result size is unknown get the average per row
/// of the others, or an estimate from the features.
[[nodiscard]] RunRecord with_rows(const RunRecord& record, Index rows);

}  // namespace simplicit
