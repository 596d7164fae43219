#pragma once

#include <simplicit/train/train_settings.hpp>

#include <CLI/CLI.hpp>

namespace simplicit::cli {

/// Heading of the flags that say what is solved.
inline constexpr const char* problem_group = "Problem";

/// The flags of train and path alike that say what is solved; the penalty itself is each command's own.
void add_objective_options(CLI::App& command, TrainSettings& settings);
/// The flags of train and path alike that say how: tolerance, regime, memory, checkpoint.
void add_solver_options(CLI::App& command, TrainSettings& settings);

}  // namespace simplicit::cli
