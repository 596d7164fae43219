#include "cli/describe.hpp"
#include <simplicit/cli/command.hpp>

#include <cstdio>
#include <memory>

namespace simplicit::cli {

Command info_command() {
  const auto path = std::make_shared<std::string>();
  return {.name = "info",
          .summary = "Tell what a file holds: states, model, baseline, outputs, or an ONNX network",
          .settings = {{.flag = "file",
                        .place = path.get(),
                        .help = "The HDF5 file, or an ONNX network (.onnx)",
                        .unit = "FILE",
                        .required = true}},
          .example = "simplicit info model.h5",
          .run = [path](const Context& context) {
            on_root(context.ranks, [&] { std::fputs(describe_file(*path).c_str(), stdout); });
            return ExitCode::done;
          }};
}

}  // namespace simplicit::cli
