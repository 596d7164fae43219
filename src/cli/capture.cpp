#include <simplicit/base/provenance.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/baseline/mlp_file.hpp>
#include <simplicit/cli/command.hpp>
#include <simplicit/states/capture.hpp>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <memory>
#include <optional>

namespace simplicit::cli {
namespace {

struct Options {
  std::string baseline;
  std::string dataset;
  std::string split;
  std::optional<Index> samples;
  double kappa = 0.95;
  std::string precision = "float32";
  std::string out;
};

CaptureSettings settings_of(const Options& options) {
  if (!(options.kappa > 0 && options.kappa < 1)) {
    throw InputError(fmt::format("--kappa must lie between 0 and 1, it is {}", options.kappa));
  }
  if (options.precision != "float32" && options.precision != "float64") {
    throw InputError("--precision is float32 or float64, not '" + options.precision + "'");
  }
  CaptureSettings settings;
  settings.kappa = options.kappa;
  settings.precision = options.precision == "float32" ? Precision::float32 : Precision::float64;
  return settings;
}

/// What root reads before anybody works.
struct Inputs {
  Mlp mlp;
  LabelledImages data;
};

Inputs read_inputs(const Options& options) {
  hdf5::require_writable(options.out);
  Inputs inputs;
  inputs.mlp = read_baseline(options.baseline).mlp;
  inputs.data = load_images(options.dataset, split_from_name(options.split), options.samples);
  require_fit(inputs.data, inputs.mlp.inputs(), inputs.mlp.outputs(), "the baseline " + options.baseline);
  return inputs;
}

nlohmann::json record_of(const Options& options, Index samples, const Context& context) {
  nlohmann::json record = provenance(context.command_line);
  record["settings"] = {{"baseline", options.baseline}, {"dataset", options.dataset},
                        {"split", options.split},       {"samples", samples},
                        {"kappa", options.kappa},       {"precision", options.precision}};
  return record;
}

void report(const CaptureSummary& summary, const Mlp& mlp, const Options& options, double seconds) {
  if (summary.scaled_norm_a_inf > options.kappa) {
    spdlog::warn(
        "the baseline leaves the ball: its ‖A‖∞ is {:.3g}, kappa is {}, and the states of a {} network "
        "cannot be rescaled; exact matching may be impossible",
        summary.norm_a_inf, options.kappa, name_of(mlp.activation));
  }
  const std::string text = fmt::format(
      "{}: {} samples, {} states, baseline accuracy {:.2f} % on them, {:.1f} s\n"
      "factors of the layers {:.4g}; ‖A‖∞ of the baseline {:.4g}, rescaled {:.4g} (kappa {})\n",
      options.out, summary.samples, summary.states, 100 * summary.baseline_accuracy, seconds,
      fmt::join(summary.layer_factors, ", "), summary.norm_a_inf, summary.scaled_norm_a_inf, options.kappa);
  std::fputs(text.c_str(), stdout);
}

ExitCode run_capture(const Options& options, const Context& context) {
  const Communicator& ranks = context.ranks;
  const Timer timer;
  CaptureSettings settings;
  agree(ranks, [&] { settings = settings_of(options); });
  Inputs inputs;
  on_root(ranks, [&] {
    inputs = read_inputs(options);
    settings.provenance = record_of(options, inputs.data.images.samples, context);
  });
  broadcast(ranks, inputs.mlp);
  const SampleShare part = distribute(ranks, inputs.data, capture_block);
  inputs.data = {};
  const CaptureSummary summary = capture(ranks, inputs.mlp, part, settings, options.out);
  if (ranks.is_root()) report(summary, inputs.mlp, options, timer.seconds());
  return ExitCode::done;
}

}  // namespace

Run add_capture(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("capture", "Run the baseline over images and record inputs, states, outputs");
  command->add_option("baseline", options->baseline, "File written by simplicit baseline")
      ->required()
      ->type_name("FILE");
  command->add_option("--dataset", options->dataset, "Folder with MNIST-style IDX files, gzipped or not")
      ->required()
      ->type_name("DIR");
  command->add_option("--split", options->split, "train or test")->required();
  command->add_option("--samples", options->samples, "Take the first N images; all when absent")
      ->type_name("N");
  command->add_option("--kappa", options->kappa, "Bound on ‖A‖∞ that the rescaled baseline keeps, in (0, 1)");
  command->add_option("--precision", options->precision, "Numbers stored as float32 or float64");
  command->add_option("--out", options->out, "The states file to write (HDF5)")
      ->required()
      ->type_name("FILE");
  return [options](const Context& context) { return run_capture(*options, context); };
}

}  // namespace simplicit::cli
