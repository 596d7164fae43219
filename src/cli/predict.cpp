#include "cli/fixed_point_setting.hpp"
#include "cli/read_files.hpp"
#include "cli/shared_rows.hpp"
#include <simplicit/base/timer.hpp>
#include <simplicit/cli/command.hpp>
#include <simplicit/infer/predict.hpp>
#include <simplicit/model/shared_model.hpp>

#include <spdlog/spdlog.h>

#include <memory>

namespace simplicit::cli {
namespace {

struct Options {
  std::string model;
  std::string inputs;
  std::string out;
  FixedPointSettings fixed_point;
};

void require_valid(const Options& options) {
  DeclaredFiles files;
  reads(files, "MODEL", options.model);
  reads(files, "INPUTS", options.inputs);
  files.writes("--out", options.out);
  files.writes("--report", options.report);
  files.check();
}

ExitCode run_predict(const Options& options, const Context& context) {
  const Communicator& ranks = context.ranks;
  const Timer timer;
  on_root(ranks, [&] { require_valid(options); });
  if (is_shared_model(options.model, ranks)) {
    predict_shared_rows(ranks, options.model, options.inputs, options.out, "", timer);
    return ExitCode::done;
  }
  const ImplicitModel model = read_model(options.model, ranks);
  const FixedPointEvidence reached = predict(ranks, model, options.inputs, options.out, options.fixed_point);
  if (ranks.is_root()) {
    spdlog::info("wrote {}: at most {} iterations a sample, proven error of the states at most {:.3g}",
                 options.out, reached.iterations, reached.error_bound);
    if (!reached.converged) spdlog::warn("the fixed point of some samples was not reached to the tolerance");
  }
  return ExitCode::done;
}

}  // namespace

Command predict_command() {
  const auto options = std::make_shared<Options>();
  return {.name = "predict",
          .summary = "Compute the outputs Y of a model for inputs U",
          .settings = {{.flag = "model",
                        .place = &options->model,
                        .help = "The model file",
                        .unit = "MODEL",
                        .required = true},
                       {.flag = "inputs",
                        .place = &options->inputs,
                        .help = "HDF5 file with a dataset U (samples x inputs)",
                        .unit = "INPUTS",
                        .required = true},
                       {.flag = "--out",
                        .place = &options->out,
                        .help = "HDF5 file to write Y (samples x outputs) to",
                        .unit = "FILE",
                        .required = true},
                       fixed_point_setting(options->fixed_point)},
          .example = "simplicit predict model.h5 inputs.h5 --out outputs.h5",
          .run = [options](const Context& context) { return run_predict(*options, context); }};
}

}  // namespace simplicit::cli
