#pragma once

#include <simplicit/base/error.hpp>
#include <simplicit/model/implicit_model.hpp>
#include <simplicit/parallel/communicator.hpp>
#include <simplicit/refine/refine.hpp>
#include <simplicit/run/memory.hpp>
#include <simplicit/run/train_settings.hpp>
#include <simplicit/run/training_run.hpp>
#include <simplicit/schedule/run_blocks.hpp>
#include <simplicit/states/states_file.hpp>
#include <simplicit/train/keep_search.hpp>

#include <optional>
#include <string>
#include <vector>

namespace simplicit {

/// The result of a training run; model and blocks are on root only.
struct TrainOutcome {
  ImplicitModel model;
  std::vector<std::vector<BlockRecord>> blocks;  ///< those this run solved, one list for each stage
  std::vector<RowResult> rows;                   ///< certificates only, sorted by row
  Regime regime = Regime::gram;
  TrainSeconds seconds;
  TrainMemory memory;
  StatesHeader header;
  Index resumed_rows = 0;                          ///< solved by earlier runs and read from the journal
  std::optional<KeepReport> keep;                  ///< what --keep chose
  std::optional<std::vector<RefineRound>> refine;  ///< the rounds of --refine, the convex solve first
};

/// Trains A, B, C, D on a states file: reads it once per node, forms G and R, solves every row on whichever
/// rank asks, refines them where the settings ask for rounds, gathers the rows and writes the model
/// (collective; the same bits at any number of ranks). Throws InputError on bad settings or files before any
/// work, and Error(ExitCode::interrupted) when a signal stopped it, with what is saved in its message; on all
/// ranks alike.
[[nodiscard]] TrainOutcome train(const Communicator& ranks, const TrainSettings& settings,
                                 const std::string& command_line);

/// Done, or tolerance_missed when a row is not solved.
[[nodiscard]] ExitCode exit_code_of(const TrainOutcome& outcome);

}  // namespace simplicit
