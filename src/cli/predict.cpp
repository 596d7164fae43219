#include "cli/fixed_point_setting.hpp"
#include "cli/read_files.hpp"
#include "cli/shared_rows.hpp"
#include <simplicit/base/timer.hpp>
#include <simplicit/cli/command.hpp>
#include <simplicit/infer/predict.hpp>
#include <simplicit/model/input_normalization.hpp>
#include <simplicit/model/shared_model.hpp>
#include <simplicit/system/text_file.hpp>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include <memory>

namespace simplicit::cli {
namespace {

struct Options {
  std::string model;
  std::string inputs;
  std::string out;
  std::string report;
  bool normalize = false;
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

nlohmann::json to_json(const Prediction& prediction, double total_seconds) {
  return {{"samples", prediction.samples},
          {"fixed_point",
           {{"iterations", prediction.evidence.iterations},
            {"residual", prediction.evidence.residual},
            {"error_bound", prediction.evidence.error_bound}}},
          {"seconds",
           {{"read", prediction.seconds.read},
            {"inference", prediction.seconds.inference},
            {"write", prediction.seconds.write},
            {"total", total_seconds}}}};
}

// What to normalise the inputs with: the model's, when asked for. A file that knows how its inputs were
// normalised must agree with the model; one that does not is taken as it is, with a warning.
InputNormalization normalization_to_apply(const Options& options) {
  const InputNormalization of_model = read_input_normalization(options.model);
  const InputNormalization of_inputs = read_input_normalization(options.inputs);
  require_same_normalization(of_model, options.model, of_inputs, options.inputs);
  if (options.normalize) {
    if (!of_model.known()) {
      throw InputError(options.model +
                       ": does not know how its inputs are normalised; leave --normalize away");
    }
    if (of_inputs.known()) {
      throw InputError(options.inputs + ": its inputs are normalised already; leave --normalize away");
    }
    return of_model;
  }
  if (of_model.known() && !of_inputs.known()) {
    spdlog::warn(
        "{} expects inputs normalised by {}; those of {} are taken as normalised already (--normalize does "
        "it)",
        options.model, text_of(of_model), options.inputs);
  }
  return {};
}

ExitCode run_predict(const Options& options, const Context& context) {
  const Timer timer;
  const Communicator& ranks = context.ranks;
  on_root(ranks, [&] { require_valid(options); });
  if (is_shared_model(options.model, ranks)) {
    predict_shared_rows(ranks, options.model, options.inputs, options.out, options.report, timer);
    return ExitCode::done;
  }
  const ImplicitModel model = read_model(options.model, ranks);
  InputNormalization normalization;
  on_root(ranks, [&] { normalization = normalization_to_apply(options); });
  broadcast(normalization, ranks);
  const Prediction prediction =
      predict(ranks, model, options.inputs, options.out, options.fixed_point, normalization);
  const FixedPointEvidence& reached = prediction.evidence;
  on_root(ranks, [&] {
    if (!options.report.empty()) {
      write_text(options.report, to_json(prediction, timer.seconds()).dump(2) + "\n");
    }
  });
  if (ranks.is_root()) {
    spdlog::info(
        "wrote {}: at most {} sweeps of the solver a sample, proven error of the states at most {:.3g}",
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
                       fixed_point_setting(options->fixed_point),
                       {.flag = "--normalize",
                        .place = &options->normalize,
                        .help = "Normalise the inputs first, as those were that the model was trained on"},
                       {.flag = "--report",
                        .place = &options->report,
                        .help = "Also write what was reached and how long it took to this JSON file",
                        .unit = "FILE"}},
          .example = "simplicit predict model.h5 inputs.h5 --out outputs.h5",
          .run = [options](const Context& context) { return run_predict(*options, context); }};
}

}  // namespace simplicit::cli
