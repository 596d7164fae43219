#include <simplicit/base/provenance.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/baseline/mlp_file.hpp>
#include <simplicit/cli/command.hpp>
#include <simplicit/network/as_mlp.hpp>
#include <simplicit/network/onnx_file.hpp>
#include <simplicit/states/network_capture.hpp>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>
#include <vector>

namespace simplicit::cli {
namespace {

struct Options {
  std::string baseline;
  std::string dataset;
  std::string split;
  std::optional<Index> samples;
  double kappa = 0.95;
  std::string precision = "float32";
  std::vector<double> mean, deviation;
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

/// One number a channel, or one for all.
void require_normalisation(const Options& options, Index channels) {
  if (options.mean.size() != options.deviation.size()) {
    throw InputError(fmt::format("--mean has {} numbers and --std has {}: give both, one a channel",
                                 options.mean.size(), options.deviation.size()));
  }
  const auto count = static_cast<Index>(options.mean.size());
  if (count > 1 && count != channels) {
    throw InputError(fmt::format("--mean has {} numbers, the network has {} channels", count, channels));
  }
  for (std::size_t i = 0; i < options.mean.size(); ++i) {
    if (std::isfinite(options.mean[i]) && std::isfinite(options.deviation[i]) && options.deviation[i] > 0)
      continue;
    throw InputError("--mean must hold finite numbers and --std positive ones");
  }
}

/// (u - mean) / deviation, channel by channel; the channels of a sample lie one after the other.
void normalise(const Options& options, Matrix& U) {
  const auto channels = static_cast<Index>(options.mean.size());
  for (Index channel = 0; channel < channels; ++channel) {
    const Index size = U.rows() / channels;
    auto rows = U.middleRows(channel * size, size);
    const auto i = static_cast<std::size_t>(channel);
    rows = ((rows.array() - options.mean[i]) / options.deviation[i]).matrix();
  }
}

/// What root reads before anybody works.
struct Inputs {
  std::string onnx;  ///< the bytes of the network's file, when it is ONNX
  Mlp mlp;           ///< the network otherwise
  LabelledImages data;
};

Inputs read_inputs(const Options& options) {
  hdf5::require_writable(options.out);
  Inputs inputs;
  Index features = 0;
  Index classes = 0;
  Index channels = 1;
  if (is_onnx_name(options.baseline)) {
    inputs.onnx = read_onnx_bytes(options.baseline);
    const Network network = parse_onnx(inputs.onnx, options.baseline);
    features = network.inputs();
    classes = network.outputs();
    if (network.input_shape().size() == 3) channels = network.input_shape()[0];
  } else {
    inputs.mlp = read_baseline(options.baseline).mlp;
    features = inputs.mlp.inputs();
    classes = inputs.mlp.outputs();
  }
  require_normalisation(options, channels);
  inputs.data = load_images(options.dataset, split_from_name(options.split), options.samples);
  require_fit(inputs.data, features, classes, "the baseline " + options.baseline);
  return inputs;
}

nlohmann::json record_of(const Options& options, Index samples, const Context& context) {
  nlohmann::json record = provenance(context.command_line);
  record["settings"] = {{"baseline", options.baseline}, {"dataset", options.dataset},
                        {"split", options.split},       {"samples", samples},
                        {"kappa", options.kappa},       {"precision", options.precision}};
  if (!options.mean.empty()) {
    record["settings"]["mean"] = options.mean;
    record["settings"]["std"] = options.deviation;
  }
  return record;
}

void report(const CaptureSummary& summary, Activation activation, const Options& options, double seconds) {
  if (summary.scaled_norm_a_inf > options.kappa) {
    spdlog::warn(
        "the baseline leaves the ball: its ‖A‖∞ is {:.3g}, kappa is {}, and the states of a {} network "
        "cannot be rescaled; exact matching may be impossible",
        summary.norm_a_inf, options.kappa, name_of(activation));
  }
  const std::string text = fmt::format(
      "{}: {} samples, {} states, baseline accuracy {:.2f} % on them, {:.1f} s\n"
      "factors of the layers {:.4g}; ‖A‖∞ of the baseline {:.4g}, rescaled {:.4g} (kappa {})\n",
      options.out, summary.samples, summary.states, 100 * summary.baseline_accuracy.value_or(0), seconds,
      fmt::join(summary.layer_factors, ", "), summary.norm_a_inf, summary.scaled_norm_a_inf, options.kappa);
  std::fputs(text.c_str(), stdout);
}

CapturedInputs samples_of(const SampleShare& part, const Options& options) {
  CapturedInputs inputs;
  inputs.samples = part.samples;
  inputs.total = part.total;
  inputs.labels = part.labels;
  inputs.mean = options.mean;
  inputs.deviation = options.deviation;
  inputs.read = [&](Index first, Index count) {
    Matrix U = inputs_of(part.images, first, count);
    normalise(options, U);
    return U;
  };
  return inputs;
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
  ranks.broadcast(inputs.onnx);
  Network network;
  std::optional<Mlp> mlp;
  CapturedNetwork captured;
  if (inputs.onnx.empty()) {
    broadcast(ranks, inputs.mlp);
    captured = captured_network(inputs.mlp, settings.kappa);
  } else {
    agree(ranks, [&] {
      network = parse_onnx(inputs.onnx, options.baseline);
      mlp = as_mlp(network);
      captured = captured_network(network, mlp ? &*mlp : nullptr, settings.kappa, settings.precision,
                                  options.baseline);
    });
  }
  const SampleShare part = distribute(ranks, inputs.data, captured.block);
  inputs.data = {};
  const CapturedInputs samples = samples_of(part, options);
  const CaptureSummary summary = capture(ranks, captured, samples, settings, options.out);
  if (ranks.is_root()) report(summary, captured.activation, options, timer.seconds());
  return ExitCode::done;
}

}  // namespace

Run add_capture(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("capture", "Run the baseline over images and record inputs, states, outputs");
  command
      ->add_option("baseline", options->baseline,
                   "File written by simplicit baseline, or an ONNX model (.onnx)")
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
  command
      ->add_option("--mean", options->mean,
                   "The network expects (pixel / 255 - mean) / std: one mean a channel")
      ->delimiter(',')
      ->type_name("A,B,...");
  command->add_option("--std", options->deviation, "One deviation a channel, with --mean")
      ->delimiter(',')
      ->type_name("A,B,...");
  command->add_option("--out", options->out, "The states file to write (HDF5)")
      ->required()
      ->type_name("FILE");
  return [options](const Context& context) { return run_capture(*options, context); };
}

}  // namespace simplicit::cli
