#include "baseline/adam.hpp"
#include "baseline/adversarial_inputs.hpp"
#include "baseline/loss.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/base/random.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/baseline/train.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

// Streams of the seed: one for the initial weights, one for the order of the samples in each epoch.
constexpr std::uint64_t initial_weights_stream = 0;
constexpr std::uint64_t first_shuffle_stream = 1;
constexpr std::uint64_t first_adversarial_stream = std::uint64_t{1}
                                                   << 32;  // of the random starts of an epoch

Parameters<float> initial_parameters(Index inputs, Index classes, const BaselineSettings& settings) {
  RandomStream random(settings.seed, initial_weights_stream);
  const double gain = positively_homogeneous(settings.activation) ? 2 : 1;
  std::vector<Index> units = settings.hidden;
  units.push_back(classes);
  Parameters<float> parameters;
  for (const Index out : units) {
    const double deviation = std::sqrt(gain / static_cast<double>(inputs));
    Dense<float> W(out, inputs);
    for (Index j = 0; j < inputs; ++j) {
      for (Index i = 0; i < out; ++i) W(i, j) = static_cast<float>(deviation * random.normal());
    }
    parameters.weights.push_back(std::move(W));
    if (settings.bias) parameters.biases.emplace_back(Dense<float>::Zero(out, 1));
    inputs = out;
  }
  return parameters;
}

struct Batch {
  Dense<float> inputs;  ///< (p x k)
  std::vector<int> labels;
};

void gather(const LabelledImages& data, std::span<const Index> samples, Batch& batch) {
  const Index p = data.images.features;
  batch.inputs.resize(p, static_cast<Index>(samples.size()));
  batch.labels.resize(samples.size());
  for (std::size_t j = 0; j < samples.size(); ++j) {
    copy_input(data.images, samples[j], batch.inputs.data() + static_cast<Index>(j) * p);
    batch.labels[j] = data.labels[static_cast<std::size_t>(samples[j])];
  }
}

Mlp network_of(const Parameters<float>& parameters, Activation activation) {
  Mlp mlp;
  mlp.activation = activation;
  for (const Dense<float>& W : parameters.weights) mlp.weights.emplace_back(W.cast<double>());
  for (const Dense<float>& b : parameters.biases) mlp.biases.emplace_back(b.col(0).cast<double>());
  return mlp;
}

}  // namespace

std::vector<Setting> settings_of(BaselineSettings& settings) {
  constexpr double most_units = 1 << 20;
  return {
      {.flag = "--hidden",
       .place = &settings.hidden,
       .help = "Units of each hidden layer, first one first",
       .unit = "N,N,...",
       .bounds = from_to(1, most_units),
       .required = true,
       .key = "hidden"},
      {.flag = "--epochs",
       .place = &settings.epochs,
       .help = "Passes over the training images",
       .unit = "N",
       .bounds = at_least(1),
       .key = "epochs"},
      {.flag = "--seed",
       .place = &settings.seed,
       .help = "Seed of the initial weights and the order of the images",
       .unit = "N",
       .bounds = at_least(0),
       .key = "seed"},
      {.flag = "--bias", .place = &settings.bias, .help = "Give every layer a bias", .key = "bias"},
      {.flag = "--activation",
       .place = choice_of(settings.activation, activations_by_name()),
       .help = "Of the hidden layers",
       .unit = "NAME",
       .key = "activation"},
      {.flag = "--batch",
       .place = &settings.batch,
       .help = "Images in each step",
       .unit = "N",
       .bounds = at_least(1),
       .key = "batch"},
      {.flag = "--learning-rate",
       .place = &settings.learning_rate,
       .help = "Of the first step of Adam; falls linearly to 0",
       .unit = "V",
       .bounds = above(0),
       .key = "learning_rate"},
      {.flag = "--adversarial",
       .place = &settings.adversarial,
       .help = "Train on images whose pixels (0 to 1) were moved by up to this against the network; 0: not",
       .unit = "EPS",
       .bounds = from_to(0, 1),
       .key = "adversarial"}};
}

void require_valid(const BaselineSettings& settings) {
  if (settings.hidden.empty()) throw InputError("--hidden names no layer");
  BaselineSettings copy = settings;
  require_in_bounds(settings_of(copy));
}

Mlp train_baseline(const LabelledImages& data, Index classes, const BaselineSettings& settings,
                   const TrainingObserver& observer) {
  const auto samples = static_cast<std::size_t>(data.images.samples);
  const auto batch_size = static_cast<std::size_t>(settings.batch);
  const std::size_t batches = (samples + batch_size - 1) / batch_size;
  const double steps = static_cast<double>(batches) * static_cast<double>(settings.epochs);

  Parameters<float> parameters = initial_parameters(data.images.features, classes, settings);
  Parameters<float> gradient;
  BackpropagationWorkspace<float> workspace;
  Adam adam(parameters);
  Batch batch;
  double step = 0;

  for (Index epoch = 1; epoch <= settings.epochs; ++epoch) {
    const Timer timer;
    RandomStream random(settings.seed, first_shuffle_stream + static_cast<std::uint64_t>(epoch));
    RandomStream starts(settings.seed, first_adversarial_stream + static_cast<std::uint64_t>(epoch));
    const std::vector<Index> order = random.permutation(data.images.samples);
    EpochReport report{.epoch = epoch};
    Index correct = 0;
    for (std::size_t first = 0; first < samples; first += batch_size) {
      if (observer.stop_requested && observer.stop_requested()) {
        throw Error(ExitCode::interrupted, "interrupted while training the baseline; nothing was written");
      }
      gather(data, std::span(order).subspan(first, std::min(batch_size, samples - first)), batch);
      if (settings.adversarial > 0) {
        move_against(parameters, settings.activation, batch.labels, settings.adversarial, starts, gradient,
                     workspace, batch.inputs);
      }
      const BatchLoss loss =
          loss_and_gradient(parameters, settings.activation, batch.inputs, batch.labels, gradient, workspace);
      adam.step(gradient, settings.learning_rate * (1 - step / steps), parameters);
      step += 1;
      report.loss += loss.loss * static_cast<double>(batch.labels.size()) / static_cast<double>(samples);
      correct += loss.correct;
    }
    if (!std::isfinite(report.loss)) {
      throw Error(
          ExitCode::failed,
          fmt::format(
              "the training loss stopped being finite in epoch {}; try a smaller --learning-rate than {}",
              epoch, settings.learning_rate));
    }
    report.accuracy = static_cast<double>(correct) / static_cast<double>(samples);
    report.seconds = timer.seconds();
    if (observer.epoch_finished) observer.epoch_finished(report);
  }
  Mlp mlp = network_of(parameters, settings.activation);
  const std::string fault = fault_of(mlp);
  if (!fault.empty()) throw Error(ExitCode::failed, "the trained network " + fault);
  return mlp;
}

BaselineScore score_baseline(const Mlp& mlp, const LabelledImages& data) {
  constexpr Index block = 256;
  Index correct = 0;
  std::vector<char> alive(static_cast<std::size_t>(mlp.states()), 0);
  for (Index first = 0; first < data.images.samples; first += block) {
    const Index count = std::min(block, data.images.samples - first);
    const ForwardPass pass = forward(mlp, inputs_of(data.images, first, count));
    const std::vector<int> predicted = predictions(pass.Y);
    for (Index j = 0; j < count; ++j) {
      if (predicted[static_cast<std::size_t>(j)] == data.labels[static_cast<std::size_t>(first + j)])
        ++correct;
    }
    std::size_t state = 0;
    for (const Matrix& X : pass.X) {
      for (Index i = 0; i < X.rows(); ++i, ++state)
        alive[state] |= static_cast<char>((X.row(i).array() != 0).any());
    }
  }
  return {static_cast<double>(correct) / static_cast<double>(data.images.samples),
          static_cast<Index>(std::count(alive.begin(), alive.end(), 0))};
}

}  // namespace simplicit
