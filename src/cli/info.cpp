#include "cli/describe.hpp"
#include <simplicit/cli/command.hpp>

#include <cstdio>
#include <memory>

namespace simplicit::cli {

Run add_info(CLI::App& app) {
  const auto path = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("info", "Tell what a file holds: states, model, baseline, outputs");
  command->add_option("file", *path, "The HDF5 file")->required()->type_name("FILE");
  return [path](const Context& context) {
    on_root(context.ranks, [&] { std::fputs(describe_file(*path).c_str(), stdout); });
    return ExitCode::done;
  };
}

}  // namespace simplicit::cli
