#pragma once

#include <simplicit/model/implicit_model.hpp>
#include <simplicit/parallel/communicator.hpp>
#include <simplicit/schedule/run_rows.hpp>
#include <simplicit/states/states_file.hpp>
#include <simplicit/train/memory.hpp>
#include <simplicit/train/train_settings.hpp>
#include <simplicit/train/training_run.hpp>

#include <functional>
#include <string>
#include <vector>

namespace simplicit {

/// What a training run came to; model and blocks are on root only.
struct TrainOutcome {
  ImplicitModel model;
  std::vector<std::vector<BlockRecord>> blocks;  ///< those this run solved, a list a stage
  std::vector<RowResult> rows;                   ///< certificates only, sorted by row
  Regime regime = Regime::gram;
  TrainSeconds seconds;
  TrainMemory memory;
  StatesHeader header;
  Index resumed_rows = 0;  ///< solved by earlier runs and read from the journal
  nlohmann::json keep;     ///< what --keep chose; null without it
  nlohmann::json refine;   ///< one entry a round; null without --refine
};

/// Improves the rows of the convex solve (on root) over settings().refine rounds; see refine/refine.hpp.
using RefineRows = std::function<std::vector<RowResult>(TrainingRun& run, std::vector<RowResult> rows,
                                                        TrainOutcome& outcome)>;

/// Trains A, B, C, D on a states file: reads it once per node, forms G and R, solves every row on whichever
/// rank asks, refines them where the settings ask for rounds, gathers the rows and writes the model
/// (collective; the same bits at any number of ranks). Throws InputError on bad settings or files before any
/// work, and Error(ExitCode::interrupted) when a signal stopped it, with what is saved in its message; on all
/// ranks alike.
[[nodiscard]] TrainOutcome train(const Communicator& ranks, const TrainSettings& settings,
                                 const std::string& command_line, const RefineRows& refine = {});

/// The run report of `train --report` (see docs/files.md).
[[nodiscard]] nlohmann::json run_report(const TrainOutcome& outcome, int ranks);

}  // namespace simplicit
