#include "cli/read_files.hpp"
#include <simplicit/base/progress_line.hpp>
#include <simplicit/base/provenance.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/baseline/mlp_file.hpp>
#include <simplicit/cli/command.hpp>
#include <simplicit/layers/layered_network.hpp>
#include <simplicit/network/as_mlp.hpp>
#include <simplicit/network/onnx_file.hpp>
#include <simplicit/states/network_capture.hpp>
#include <simplicit/system/disk_room.hpp>
#include <simplicit/system/memory_room.hpp>

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
  std::optional<std::string> split;
  std::optional<Index> samples;
  double kappa = 0.95;
  Precision precision = Precision::float32;
  enum class Store { all, inputs } store = Store::all;
  std::vector<double> mean, deviation;
  std::string out;
};

std::vector<Setting> settings_list(Options& options) {
  return {
      {.flag = "baseline",
       .place = &options.baseline,
       .help = "File written by simplicit baseline, or an ONNX model (.onnx)",
       .unit = "FILE",
       .required = true,
       .key = "baseline"},
      {.flag = "--dataset",
       .place = &options.dataset,
       .help = "Folder with MNIST-style IDX files, gzipped or not, or HDF5 file with images (m, ...) and "
               "labels (m): "
               "bytes count as pixel / 255, floating-point numbers as they stand",
       .unit = "DIR|FILE",
       .required = true,
       .key = "dataset"},
      {.flag = "--split",
       .place = &options.split,
       .help = "train or test; of an HDF5 file the group of that name, when it has one",
       .unit = "NAME",
       .key = "split"},
      {.flag = "--samples",
       .place = &options.samples,
       .help = "Take the first N images; all when absent",
       .unit = "N",
       .bounds = at_least(1),
       .key = "samples"},
      {.flag = "--kappa",
       .place = &options.kappa,
       .help = "Bound on ‖A‖∞ that the rescaled baseline keeps, in (0, 1)",
       .unit = "V",
       .bounds = inside(0, 1),
       .key = "kappa"},
      {.flag = "--precision",
       .place =
           choice_of(options.precision, {{"float32", Precision::float32}, {"float64", Precision::float64}}),
       .help = "Numbers stored as float32 or float64",
       .unit = "NAME",
       .key = "precision"},
      {.flag = "--store",
       .place = choice_of(options.store, {{"all", Options::Store::all}, {"inputs", Options::Store::inputs}}),
       .help = "all: inputs, states and outputs; inputs: no states, for rows shared by all positions, which "
               "are trained "
               "from the network itself",
       .unit = "NAME",
       .key = "store"},
      {.flag = "--mean",
       .place = &options.mean,
       .help = "The network expects (pixel / 255 - mean) / std: one mean for each channel, or one for all",
       .unit = "A,B,..."},
      {.flag = "--std",
       .place = &options.deviation,
       .help = "One deviation for each channel, with --mean",
       .unit = "A,B,...",
       .bounds = above(0)},
      {.flag = "--out",
       .place = &options.out,
       .help = "The states file to write (HDF5)",
       .unit = "FILE",
       .required = true}};
}

CaptureSettings settings_of(const Options& options) {
  CaptureSettings settings;
  settings.kappa = options.kappa;
  settings.precision = options.precision;
  return settings;
}

/// One number per channel, or one for all.
void require_normalisation(const Options& options, Index channels) {
  if (options.mean.size() != options.deviation.size()) {
    throw InputError(fmt::format("--mean has {} numbers and --std has {}: give both, one a channel",
                                 options.mean.size(), options.deviation.size()));
  }
  const auto count = static_cast<Index>(options.mean.size());
  if (count > 1 && count != channels) {
    throw InputError(fmt::format("--mean has {} numbers, the network has {} channels", count, channels));
  }
}

/// The shape without axes of length 1, which say nothing of the order.
Shape without_ones(Shape shape) {
  std::erase(shape, 1);
  return shape;
}

/// Images that name their channels must name them as the network reads them.
void require_channels_first(const Images& images, const Shape& input, const Options& options) {
  if (images.shape.size() != 3 || input.size() != 3) return;
  if (without_ones(images.shape) == without_ones(input)) return;
  throw InputError(
      fmt::format("{}: has images of shape {}, {} reads {}: (samples, channels, height, width) is expected",
                  options.dataset, shape_text(images.shape), options.baseline, shape_text(input)));
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
  DeclaredFiles files;
  if (is_onnx_name(options.baseline)) {
    for (const std::string& file : onnx_files(options.baseline)) reads(files, "BASELINE", file);
  } else {
    reads(files, "BASELINE", options.baseline);
  }
  reads(files, "--dataset", options.dataset);
  files.writes("--out", options.out);
  files.check();
  Inputs inputs;
  Index features = 0;
  Index classes = 0;
  Index channels = 1;
  Shape shape;
  if (is_onnx_name(options.baseline)) {
    inputs.onnx = read_onnx_bytes(options.baseline);
    if (options.store == Options::Store::inputs) {
      const LayeredNetwork network = layered_network(inputs.onnx, options.baseline);
      shape = network.input_shape;
      classes = network.outputs();
    } else {
      const Network network = parse_onnx(inputs.onnx, options.baseline);
      shape = network.input_shape();
      classes = network.outputs();
    }
    features = entries_of(shape);
    if (shape.size() == 3) channels = shape[0];
  } else {
    inputs.mlp = read_baseline(options.baseline).mlp;
    features = inputs.mlp.inputs();
    classes = inputs.mlp.outputs();
  }
  require_normalisation(options, channels);
  std::optional<Split> split;
  if (options.split) split = split_from_name(*options.split);
  inputs.data = load_dataset(options.dataset, split, options.samples);
  require_fit(inputs.data, features, classes, "the baseline " + options.baseline);
  require_channels_first(inputs.data.images, shape, options);
  return inputs;
}

nlohmann::json record_of(const Options& options, Index samples, const Context& context) {
  nlohmann::json record = provenance(context.command_line);
  Options copy = options;
  record["settings"] = to_json(settings_list(copy));
  record["settings"]["split"] = options.split.value_or("");
  record["settings"]["samples"] = samples;
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
  const std::string accuracy = summary.baseline_accuracy ? fmt::format("baseline accuracy {:.2f} % on them",
                                                                       100 * *summary.baseline_accuracy)
                                                         : "no labels";
  if (summary.states == 0) {
    std::fputs(fmt::format("{}: inputs and outputs of {} samples, {}, {:.2f} s\n", options.out,
                           summary.samples, accuracy, seconds)
                   .c_str(),
               stdout);
    return;
  }
  const std::string text = fmt::format(
      "{}: {} samples, {} states, {}, {:.2f} s\n"
      "factors of the layers {:.4g}; ‖A‖∞ of the baseline {:.4g}, rescaled {:.4g} (kappa {})\n",
      options.out, summary.samples, summary.states, accuracy, seconds, fmt::join(summary.layer_factors, ", "),
      summary.norm_a_inf, summary.scaled_norm_a_inf, options.kappa);
  std::fputs(text.c_str(), stdout);
}

CapturedInputs samples_of(const SampleShare& part, bool labelled, const Options& options) {
  CapturedInputs inputs;
  inputs.samples = part.samples;
  inputs.total = part.total;
  inputs.labels = part.labels;
  inputs.labelled = labelled;
  inputs.mean = options.mean;
  inputs.deviation = options.deviation;
  inputs.read = [&](Index first, Index count) {
    Matrix U = inputs_of(part.images, first, count);
    normalise(options, U);
    return U;
  };
  return inputs;
}

void tell_left_off(const Network& network, const std::string& path) {
  if (!network.left_off.empty()) {
    spdlog::info("{}: {} at the end is left off: the outputs are the numbers before it, which decide alike",
                 path, network.left_off);
  }
  for (const std::string& output : network.other_outputs)
    spdlog::info("{}: its output '{}' is not read", path, output);
}

/// Before anything is written (collective).
void require_capture_room(const Communicator& ranks, const CapturedNetwork& network,
                          const CapturedInputs& inputs, Precision precision, const std::string& path) {
  on_root(ranks, [&] { require_disk_room(path, capture_file_bytes(network, inputs, precision)); });
  const Communicator node = ranks.split_by_node();
  const std::size_t bytes = static_cast<std::size_t>(node.size()) * capture_bytes(network, precision);
  agree(ranks, [&] {
    on_root(node, [&] {
      require_room(fmt::format("the samples that {} rank(s) capture at a time, n = {}, p = {}", node.size(),
                               network.states(), network.inputs),
                   bytes, false, 0);
    });
  });
}

void tell_progress(ProgressLine& line, Index done, Index total) {
  const double share = static_cast<double>(done) / static_cast<double>(total);
  if (!line.is_due(share)) return;
  const double rate = static_cast<double>(done) / line.seconds();
  line.tell(share, fmt::format("{} of {} samples captured, {:.0f} samples/s, about {:.0f} s left", done,
                               total, rate, static_cast<double>(total - done) / rate));
}

ExitCode run_capture(const Options& options, const Context& context) {
  const Communicator& ranks = context.ranks;
  const Timer timer;
  CaptureSettings settings = settings_of(options);
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
    if (options.store == Options::Store::inputs) captured = without_states(captured);
  } else if (options.store == Options::Store::inputs) {
    agree(ranks, [&] { captured = captured_inputs(inputs.onnx, options.baseline); });
  } else {
    agree(ranks, [&] {
      network = parse_onnx(inputs.onnx, options.baseline);
      mlp = as_mlp(network);
      captured = captured_network(network, mlp ? &*mlp : nullptr, settings.kappa, settings.precision,
                                  options.baseline);
      captured.onnx = inputs.onnx;
    });
    if (ranks.is_root()) tell_left_off(network, options.baseline);
  }
  bool labelled = !inputs.data.labels.empty();
  ranks.broadcast(labelled);
  const SampleShare part = distribute(ranks, inputs.data, captured.block);
  inputs.data = {};
  const CapturedInputs samples = samples_of(part, labelled, options);
  require_capture_room(ranks, captured, samples, settings.precision, options.out);
  std::optional<ProgressLine> line;
  if (ranks.is_root()) line.emplace();
  settings.progress = [&](Index done) { tell_progress(*line, done, part.total); };
  const CaptureSummary summary = capture(ranks, captured, samples, settings, options.out);
  if (line) line->finish();
  if (ranks.is_root()) report(summary, captured.activation, options, timer.seconds());
  return ExitCode::done;
}

}  // namespace

Command capture_command() {
  const auto options = std::make_shared<Options>();
  return {
      .name = "capture",
      .summary = "Run the baseline over images and record inputs, states, outputs",
      .settings = settings_list(*options),
      .example =
          "simplicit capture baseline.h5 --dataset DIR --split train --samples 5000 --out train_states.h5",
      .run = [options](const Context& context) { return run_capture(*options, context); }};
}

}  // namespace simplicit::cli
