#include "cli/capture_inputs.hpp"

#include "cli/read_files.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/baseline/mlp_file.hpp>
#include <simplicit/layers/layered_network.hpp>
#include <simplicit/network/onnx_file.hpp>

#include <fmt/format.h>

namespace simplicit::cli {
namespace {

/// One number per channel, or one for all.
void require_normalisation(const CaptureOptions& options, Index channels) {
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
void require_channels_first(const Images& images, const Shape& input, const CaptureOptions& options) {
  if (images.shape.size() != 3 || input.size() != 3) return;
  if (without_ones(images.shape) == without_ones(input)) return;
  throw InputError(
      fmt::format("{}: has images of shape {}, {} reads {}: (samples, channels, height, width) is expected",
                  options.dataset, shape_text(images.shape), options.baseline, shape_text(input)));
}

/// (u - mean) / deviation, channel by channel; the channels of a sample lie one after the other.
void normalise(const CaptureOptions& options, Matrix& U) {
  const auto channels = static_cast<Index>(options.mean.size());
  for (Index channel = 0; channel < channels; ++channel) {
    const Index size = U.rows() / channels;
    auto rows = U.middleRows(channel * size, size);
    const auto i = static_cast<std::size_t>(channel);
    rows = ((rows.array() - options.mean[i]) / options.deviation[i]).matrix();
  }
}

}  // namespace

std::vector<Setting> settings_of(CaptureOptions& options) {
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
       .place = choice_of(options.store,
                          {{"all", CaptureOptions::Store::all}, {"inputs", CaptureOptions::Store::inputs}}),
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
      {.flag = "--unlabelled",
       .place = &options.unlabelled,
       .help = "Leave labels out, for a network that decides no classes",
       .key = "unlabelled"},
      {.flag = "--out",
       .place = &options.out,
       .help = "The states file to write (HDF5)",
       .unit = "FILE",
       .required = true}};
}

CaptureInputs read_inputs(const CaptureOptions& options) {
  DeclaredFiles files;
  if (is_onnx_name(options.baseline)) {
    for (const std::string& file : onnx_files(options.baseline)) reads(files, "BASELINE", file);
  } else {
    reads(files, "BASELINE", options.baseline);
  }
  reads(files, "--dataset", options.dataset);
  files.writes("--out", options.out);
  files.check();
  CaptureInputs inputs;
  Index features = 0;
  Index classes = 0;
  Index channels = 1;
  Shape shape;
  if (is_onnx_name(options.baseline)) {
    inputs.onnx = read_onnx_bytes(options.baseline);
    if (options.store == CaptureOptions::Store::inputs) {
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
  if (options.unlabelled) inputs.data.labels.clear();
  require_fit(inputs.data, features, classes, "the baseline " + options.baseline);
  require_channels_first(inputs.data.images, shape, options);
  return inputs;
}

CapturedInputs samples_of(const SampleShare& part, bool labelled, const CaptureOptions& options) {
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

}  // namespace simplicit::cli
