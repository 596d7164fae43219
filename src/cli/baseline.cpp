#include <simplicit/base/provenance.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/baseline/mlp_file.hpp>
#include <simplicit/baseline/train.hpp>
#include <simplicit/cli/command.hpp>
#include <simplicit/system/signals.hpp>
#include <simplicit/system/temporary_output.hpp>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>
#include <memory>

namespace simplicit::cli {
namespace {

struct Options {
  std::string dataset;
  std::string activation = "relu";
  std::int64_t seed = 1;
  BaselineSettings settings;
  std::string out;
};

BaselineSettings settings_of(const Options& options) {
  BaselineSettings settings = options.settings;
  settings.activation = activation_from_name(options.activation);
  if (options.seed < 0) throw InputError(fmt::format("--seed must not be negative, it is {}", options.seed));
  settings.seed = static_cast<std::uint64_t>(options.seed);
  require_valid(settings);
  return settings;
}

struct Data {
  LabelledImages train;
  LabelledImages test;
  Index classes = 0;
};

Data load(const std::string& directory) {
  Data data{load_dataset(directory, Split::train), load_dataset(directory, Split::test)};
  for (const LabelledImages* part : {&data.train, &data.test}) {
    if (part->labels.empty()) throw InputError(part->labels_path + ": has no labels to train with");
  }
  data.classes = class_count(data.train.labels);
  const auto [least, most] = std::ranges::minmax(data.train.labels);
  if (least == most)
    throw InputError(fmt::format("{}: names one class only, {}", data.train.labels_path, most));
  require_fit(data.test, data.train.images.features, data.classes, "the training set");
  return data;
}

nlohmann::json settings_record(const BaselineSettings& settings, const std::string& dataset) {
  return {{"dataset", dataset},
          {"hidden", settings.hidden},
          {"activation", name_of(settings.activation)},
          {"bias", settings.bias},
          {"epochs", settings.epochs},
          {"batch", settings.batch},
          {"learning_rate", settings.learning_rate},
          {"seed", settings.seed}};
}

void report_epoch(const EpochReport& report, Index epochs) {
  spdlog::info("epoch {:2}/{}  loss {:.4f}  train accuracy {:.2f} %  {:.2f} s", report.epoch, epochs,
               report.loss, 100 * report.accuracy, report.seconds);
}

void train_and_write(const Options& options, const Context& context) {
  const BaselineSettings settings = settings_of(options);
  require_writable(options.out);
  const Data data = load(options.dataset);
  spdlog::info("training {}-{}-{} on {} images", data.train.images.features, fmt::join(settings.hidden, "-"),
               data.classes, data.train.images.samples);

  nlohmann::json record = provenance(context.command_line);
  const Timer timer;
  Baseline baseline;
  baseline.mlp = train_baseline(data.train, data.classes, settings,
                                {[&](const EpochReport& report) { report_epoch(report, settings.epochs); },
                                 [] { return interruption_requested() != Interruption::none; }});
  const BaselineScore train = score_baseline(baseline.mlp, data.train);
  const BaselineScore test = score_baseline(baseline.mlp, data.test);
  baseline.seed = options.seed;
  baseline.epochs = settings.epochs;
  baseline.train_accuracy = train.accuracy;
  baseline.test_accuracy = test.accuracy;
  record["settings"] = settings_record(settings, options.dataset);
  record["dead_states"] = train.dead_states;
  record["seconds"] = timer.seconds();
  baseline.provenance = std::move(record);
  write_baseline(baseline, options.out);

  if (train.dead_states > 0) {
    spdlog::info("{} of {} states are zero on every training image", train.dead_states,
                 baseline.mlp.states());
  }
  std::printf("%s: test accuracy %.2f %%, train accuracy %.2f %%, %lld parameters, %.1f s\n",
              options.out.c_str(), 100 * test.accuracy, 100 * train.accuracy,
              static_cast<long long>(baseline.mlp.parameter_count()), timer.seconds());
}

}  // namespace

Run add_baseline(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("baseline", "Train the network whose states are to be matched");
  command
      ->add_option(
          "--dataset", options->dataset,
          "Folder with MNIST-style IDX files, or HDF5 file with images and labels in groups train and test")
      ->required()
      ->type_name("DIR|FILE");
  command->add_option("--hidden", options->settings.hidden, "Units of each hidden layer, first one first")
      ->required()
      ->delimiter(',')
      ->type_name("N,N,...");
  command->add_option("--epochs", options->settings.epochs, "Passes over the training images");
  command->add_option("--seed", options->seed, "Seed of the initial weights and the order of the images");
  command->add_flag("--bias", options->settings.bias, "Give every layer a bias");
  command->add_option("--activation", options->activation, "relu, leaky_relu, tanh, sigmoid or identity");
  command->add_option("--batch", options->settings.batch, "Images a step");
  command->add_option("--learning-rate", options->settings.learning_rate,
                      "Of the first step of Adam; falls linearly to 0");
  command->add_option("--out", options->out, "The baseline file to write (HDF5)")
      ->required()
      ->type_name("FILE");
  return [options](const Context& context) {
    on_root(context.ranks, [&] { train_and_write(*options, context); });
    return ExitCode::done;
  };
}

}  // namespace simplicit::cli
