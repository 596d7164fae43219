#include "cli/read_files.hpp"
#include <simplicit/base/provenance.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/baseline/mlp_file.hpp>
#include <simplicit/baseline/train.hpp>
#include <simplicit/cli/command.hpp>
#include <simplicit/system/signals.hpp>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>
#include <memory>

namespace simplicit::cli {
namespace {

struct Options {
  std::string dataset;
  BaselineSettings settings;
  std::string out;
};

std::vector<Setting> settings_list(Options& options) {
  std::vector<Setting> list{
      {.flag = "--dataset",
       .place = &options.dataset,
       .help =
           "Folder with MNIST-style IDX files, or HDF5 file with images and labels in groups train and test",
       .unit = "DIR|FILE",
       .required = true,
       .key = "dataset"}};
  list = together(std::move(list), settings_of(options.settings));
  list.push_back({.flag = "--out",
                  .place = &options.out,
                  .help = "The baseline file to write (HDF5)",
                  .unit = "FILE",
                  .required = true});
  return list;
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

void report_epoch(const EpochReport& report, Index epochs) {
  spdlog::info("epoch {:2}/{}  loss {:.4f}  train accuracy {:.2f} %  {:.2f} s", report.epoch, epochs,
               report.loss, 100 * report.accuracy, report.seconds);
}

void train_and_write(Options& options, const Context& context) {
  const BaselineSettings& settings = options.settings;
  require_valid(settings);
  DeclaredFiles files;
  reads(files, "--dataset", options.dataset);
  files.writes("--out", options.out);
  files.check();
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
  baseline.seed = static_cast<std::int64_t>(settings.seed);
  baseline.epochs = settings.epochs;
  baseline.train_accuracy = train.accuracy;
  baseline.test_accuracy = test.accuracy;
  record["settings"] = to_json(settings_list(options));
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

Command baseline_command() {
  const auto options = std::make_shared<Options>();
  return {.name = "baseline",
          .summary = "Train the network whose states are to be matched",
          .settings = settings_list(*options),
          .example = "simplicit baseline --dataset DIR --hidden 64,32,16 --epochs 10 --out baseline.h5",
          .run = [options](const Context& context) {
            on_root(context.ranks, [&] { train_and_write(*options, context); });
            return ExitCode::done;
          }};
}

}  // namespace simplicit::cli
