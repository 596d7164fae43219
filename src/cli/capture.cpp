#include "cli/capture_inputs.hpp"
#include <simplicit/base/progress_line.hpp>
#include <simplicit/base/provenance.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/cli/command.hpp>
#include <simplicit/network/as_mlp.hpp>
#include <simplicit/network/onnx_file.hpp>
#include <simplicit/states/network_capture.hpp>
#include <simplicit/system/disk_room.hpp>
#include <simplicit/system/memory_room.hpp>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <vector>

namespace simplicit::cli {
namespace {

CaptureSettings capture_settings(const CaptureOptions& options) {
  CaptureSettings settings;
  settings.kappa = options.kappa;
  settings.precision = options.precision;
  return settings;
}

nlohmann::json record_of(const CaptureOptions& options, Index samples, const Context& context) {
  nlohmann::json record = provenance(context.command_line);
  CaptureOptions copy = options;
  record["settings"] = to_json(settings_of(copy));
  record["settings"]["split"] = options.split.value_or("");
  record["settings"]["samples"] = samples;
  if (!options.mean.empty()) {
    record["settings"]["mean"] = options.mean;
    record["settings"]["std"] = options.deviation;
  }
  return record;
}

void report(const CaptureSummary& summary, Activation activation, const CaptureOptions& options,
            double seconds) {
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

ExitCode run_capture(const CaptureOptions& options, const Context& context) {
  const Communicator& ranks = context.ranks;
  const Timer timer;
  CaptureSettings settings = capture_settings(options);
  CaptureInputs inputs;
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
    if (options.store == CaptureOptions::Store::inputs) captured = without_states(captured);
  } else if (options.store == CaptureOptions::Store::inputs) {
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
  const auto options = std::make_shared<CaptureOptions>();
  return {
      .name = "capture",
      .summary = "Run the baseline over images and record inputs, states, outputs",
      .settings = settings_of(*options),
      .example =
          "simplicit capture baseline.h5 --dataset DIR --split train --samples 5000 --out train_states.h5",
      .run = [options](const Context& context) { return run_capture(*options, context); }};
}

}  // namespace simplicit::cli
