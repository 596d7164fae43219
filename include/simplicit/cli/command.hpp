#pragma once

#include <simplicit/base/error.hpp>
#include <simplicit/base/setting.hpp>
#include <simplicit/parallel/communicator.hpp>

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace simplicit::cli {

/// What a command is given besides its settings.
struct Context {
  Communicator ranks;
  std::string command_line;
  std::set<std::string> given;  ///< the flags that stood on the command line
};

/// One command of the program. `run` is called on all ranks, which have parsed the same command line; the
/// settings point at what `run` owns.
struct Command {
  std::string name;
  std::string summary;  ///< one line for the list of commands
  std::vector<Setting> settings;
  std::string notes = {};    ///< what the help says after the settings
  std::string example = {};  ///< one command line
  std::function<ExitCode(const Context&)> run = {};
};

Command baseline_command();
Command capture_command();
Command train_command();
Command path_command();
Command evaluate_command();
Command predict_command();
Command info_command();
Command export_command();
Command plan_command();
Command report_command();

}  // namespace simplicit::cli
