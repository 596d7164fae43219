#pragma once

#include <simplicit/base/error.hpp>
#include <simplicit/parallel/communicator.hpp>

#include <CLI/CLI.hpp>

#include <functional>
#include <string>

namespace simplicit::cli {

/// What every command is given besides its own options.
struct Context {
  Communicator ranks;
  std::string command_line;
};

/// A command registers a subcommand with its options on the application; what it returns runs after parsing
/// when that subcommand was chosen (collective, all ranks parse the same arguments).
using Run = std::function<ExitCode(const Context&)>;

Run add_baseline(CLI::App& app);
Run add_capture(CLI::App& app);
Run add_train(CLI::App& app);
Run add_path(CLI::App& app);
Run add_evaluate(CLI::App& app);
Run add_predict(CLI::App& app);
Run add_info(CLI::App& app);
Run add_export(CLI::App& app);
Run add_plan(CLI::App& app);
Run add_report(CLI::App& app);

}  // namespace simplicit::cli
