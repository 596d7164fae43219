#pragma once

#include <simplicit/train/train_settings.hpp>

#include <CLI/CLI.hpp>

namespace simplicit::cli {

/// Heading of the flags that say what is solved.
inline constexpr const char* problem_group = "Problem";
/// And of those that say how.
inline constexpr const char* solver_group = "Solver";

/// The flags of train, path and plan that say what is solved, but for the size of the penalty.
void add_objective_options(CLI::App& command, TrainSettings& settings);
/// The size of the penalty, for train and plan.
void add_penalty_options(CLI::App& command, TrainSettings& settings);
/// --refine, for train and path.
void add_refine_option(CLI::App& command, TrainSettings& settings);
/// Tolerance, regime and memory, for train, path and plan.
void add_solver_options(CLI::App& command, TrainSettings& settings);
/// --checkpoint and --resume, for train and path.
void add_checkpoint_options(CLI::App& command, TrainSettings& settings);

}  // namespace simplicit::cli
