#pragma once

#include <simplicit/cli/command.hpp>

#include <CLI/CLI.hpp>

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace simplicit::cli {

/// The command line of the program: every command that exists, with its settings, description and an example.
class Application {
 public:
  Application();
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  /// The result of parsing: text for the user and an exit code, or a command to run.
  struct Choice {
    std::string text;                             ///< help or version, when asked for
    std::function<ExitCode(const Context&)> run;  ///< empty when there is only text
    ExitCode code = ExitCode::done;
    std::set<std::string> given = {};  ///< flags of the command that were given
  };
  /// Throws InputError "<command>: ..." on unknown flags, missing arguments, values out of bounds and the
  /// like.
  [[nodiscard]] Choice parse(int argc, const char* const* argv);

  [[nodiscard]] CLI::App& parser() { return app_; }

 private:
  CLI::App app_;
  struct Entry {
    CLI::App* parser;
    Command command;
  };
  std::vector<Entry> entries_;
};

}  // namespace simplicit::cli
