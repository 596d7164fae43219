#pragma once

#include <simplicit/model/implicit_model.hpp>
#include <simplicit/parallel/communicator.hpp>
#include <simplicit/schedule/run_rows.hpp>
#include <simplicit/states/states_file.hpp>
#include <simplicit/train/train_settings.hpp>

#include <string>

namespace simplicit {

/// Wall seconds of root between barriers.
struct TrainSeconds {
  double read = 0;
  double gram = 0;    ///< G and R
  double solve = 0;   ///< from the first block handed out to the last certificate
  double gather = 0;  ///< assembling the model
  double write = 0;
  double total = 0;
};

/// What a training run held in memory.
struct TrainMemory {
  std::size_t node_bytes = 0;  ///< shared by the ranks of a node: states, G and R
  std::size_t rank_bytes = 0;  ///< private, at most on any rank
  int nodes = 1;
};

/// What a training run came to; model and blocks are on root only.
struct TrainOutcome {
  ImplicitModel model;
  std::vector<BlockRecord> blocks;
  std::vector<Index> rows_of_block;   ///< by block id
  std::vector<double> cost_of_block;  ///< by block id, as estimated; on root, 0 for blocks of earlier runs
  std::vector<RowResult> rows;        ///< certificates only, sorted by row
  Regime regime = Regime::gram;
  TrainSeconds seconds;
  TrainMemory memory;
  StatesHeader header;
  Index resumed_rows = 0;  ///< solved by earlier runs and read from the journal
};

/// Trains A, B, C, D on a states file: reads it once per node, forms G and R, solves every row on whichever
/// rank asks, gathers the rows and writes the model (collective; the same bits at any number of ranks).
/// Throws InputError on bad settings or files before any work, and Error(ExitCode::interrupted) when a signal
/// stopped it, with what is saved in its message; on all ranks alike.
[[nodiscard]] TrainOutcome train(const Communicator& ranks, const TrainSettings& settings,
                                 const std::string& command_line);

/// The run report of `train --report` (see README, "Files").
[[nodiscard]] nlohmann::json run_report(const TrainOutcome& outcome, int ranks);

}  // namespace simplicit
