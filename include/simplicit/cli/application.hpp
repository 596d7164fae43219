#pragma once

#include <simplicit/cli/command.hpp>

#include <memory>
#include <string>
#include <vector>

namespace simplicit::cli {

/// The command line of the program: every command that exists, with its options, description and an example.
class Application {
 public:
  Application();

  /// What parsing came to: text for the user and an exit code, or a command to run.
  struct Choice {
    std::string text;  ///< help or version, when asked for
    Run run;           ///< empty when there is only text
    ExitCode code = ExitCode::done;
  };
  /// Throws InputError "<command>: ..." on unknown flags, missing arguments and the like.
  [[nodiscard]] Choice parse(int argc, const char* const* argv);

  [[nodiscard]] CLI::App& parser() { return app_; }

 private:
  void add_commands();

  CLI::App app_;
  struct Command {
    CLI::App* parser;
    Run run;
  };
  std::vector<Command> commands_;
};

/// Parses the command line, runs the chosen command on all ranks, and returns the exit code of the process.
/// Faults are told once, by root, on standard error.
int run(int argc, char** argv);

}  // namespace simplicit::cli
