#include "cli/read_files.hpp"
#include <simplicit/base/json_document.hpp>
#include <simplicit/cli/command.hpp>
#include <simplicit/hdf5/format.hpp>
#include <simplicit/plan/calibration.hpp>
#include <simplicit/plan/plan_table.hpp>
#include <simplicit/shared/plan_shared.hpp>
#include <simplicit/system/text_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <thread>

namespace simplicit::cli {
namespace {

constexpr int most_ranks = 1 << 20;

struct Options {
  std::vector<std::string> files;
  std::vector<int> ranks{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096};
  std::optional<int> ranks_per_node;
  std::optional<std::int64_t> rows;
  double latency_microseconds = 5;
  double bandwidth_gigabytes = 5;
  std::string report;
  TrainSettings train;
};

/// What of the settings of train a calibration uses.
std::vector<Setting> training_settings(Options& options) {
  return without(of_groups(settings_of(options.train), {problem_group, penalty_group, solver_group}),
                 {"--refine"});
}

void require_valid(const Options& options) {
  DeclaredFiles files;
  for (const std::string& file : options.files) reads(files, "STATES|RUN.json", file);
  files.writes("--report", options.report);
  files.check();
}

/// The first flag given that belongs to a states file; the report of a run has its own settings.
std::string first_training_flag(Options& options, const std::set<std::string>& given) {
  for (const Setting& setting : training_settings(options)) {
    if (given.contains(setting.flag)) return setting.flag;
  }
  return "";
}

/// One states file, or run reports of one problem.
bool starts_from_states(Options& options, const Context& context) {
  const auto states = std::count_if(options.files.begin(), options.files.end(), hdf5::has_signature);
  if (states > 0 && options.files.size() > 1) {
    throw InputError("give one states file, or the reports of runs, not both");
  }
  const std::string training_flag = first_training_flag(options, context.given);
  if (states == 0 && !training_flag.empty()) {
    throw InputError(training_flag + " belongs to a states file; the report of a run has its own settings");
  }
  return states > 0;
}

TrainSettings settings_to_calibrate(const Options& options) {
  constexpr double usual_lambda_rel = 1e-3;
  TrainSettings settings = options.train;
  settings.states = options.files.front();
  ObjectiveSettings& objective = settings.objective;
  const bool chosen = settings.keep || !settings.pattern.empty() || penalty_given(objective);
  if (!chosen && objective.name != "min-norm") objective.lambda_rel = usual_lambda_rel;
  return settings;
}

/// What the files are, known to all ranks.
struct Start {
  bool states = false;  ///< a states file, else reports
  bool shared = false;  ///< rows are shared by all positions
};

Start start_of(Options& options, const Context& context) {
  Start start;
  on_root(context.ranks, [&] {
    require_valid(options);
    start.states = starts_from_states(options, context);
    start.shared = start.states ? options.train.structure == Structure::shared
                                : is_shared_report(json_from_file(options.files.front()));
  });
  context.ranks.broadcast(start);
  return start;
}

std::vector<RunRecord> records_of(const Options& options, const Start& start, const Context& context) {
  if (start.states) return calibrate(context.ranks, settings_to_calibrate(options));
  std::vector<RunRecord> records;
  on_root(context.ranks, [&] {
    for (const std::string& file : options.files) records.push_back(read_run_record(file));
  });
  return records;
}

std::vector<SharedRunRecord> shared_records_of(const Options& options, const Start& start,
                                               const Context& context) {
  if (start.states) return {calibrate_shared(context.ranks, settings_to_calibrate(options))};
  std::vector<SharedRunRecord> records;
  on_root(context.ranks, [&] {
    for (const std::string& file : options.files)
      records.push_back(shared_record_from(json_from_file(file), file));
  });
  return records;
}

void require_one_problem(const std::vector<SharedRunRecord>& records) {
  const SharedRunRecord& first = records.front();
  for (const SharedRunRecord& other : records) {
    if (other.samples == first.samples && other.sum_bytes == first.sum_bytes) continue;
    throw InputError(other.source + ": is a run of another problem than " + first.source +
                     " (samples or layers differ)");
  }
}

void require_one_problem(const std::vector<RunRecord>& records) {
  const RunRecord& first = records.front();
  for (const RunRecord& other : records) {
    if (other.rows != first.rows || other.features != first.features || other.samples != first.samples ||
        other.regime != first.regime) {
      throw InputError(other.source + ": is a run of another problem than " + first.source +
                       " (rows, features, samples or regime differ)");
    }
  }
}

template <class Record>
Cluster cluster_of(const Options& options, const std::vector<Record>& records) {
  double of_records = 1;
  for (const Record& record : records) of_records = std::max(of_records, record.ranks_per_node());
  const int here = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  Cluster cluster;
  cluster.ranks_per_node =
      options.ranks_per_node.value_or(std::max(here, static_cast<int>(std::ceil(of_records))));
  cluster.latency = 1e-6 * options.latency_microseconds;
  cluster.bytes_per_second = 1e9 * options.bandwidth_gigabytes;
  cluster.messages = measure_message_costs();
  return cluster;
}

/// Where a node is to have more ranks than any record had, what they cost each other is not known.
template <class Record, class Predicted>
void warn_about_sharing(const std::vector<Record>& records, const Cluster& cluster,
                        const std::vector<Predicted>& predictions) {
  double measured = 1;
  for (const Record& record : records) measured = std::max(measured, record.ranks_per_node());
  int predicted = 1;
  for (const Predicted& p : predictions) {
    predicted = std::max(predicted, std::min(p.ranks, cluster.ranks_per_node));
  }
  if (predicted <= measured) return;
  std::printf(
      "\nMeasured with %.3g rank(s) a node, predicted for up to %d: that ranks of a node slow each other "
      "down\n"
      "by sharing its memory is not in these numbers. Run this under mpirun with as many ranks as a node\n"
      "will have, or give the report of a run that had them.\n",
      measured, predicted);
}

void print(const std::vector<RunRecord>& records, const Cluster& cluster,
           const std::vector<Prediction>& predictions) {
  const RunRecord& record = records.front();
  const Index stages = record.blocks.back().stage + 1;
  std::printf("%lld rows in %zu blocks%s, %lld features, %lld samples, regime %s; %d rank(s) a node\n\n",
              static_cast<long long>(record.rows), record.blocks.size(),
              stages > 1 ? fmt::format(" of {} stages", stages).c_str() : "",
              static_cast<long long>(record.features), static_cast<long long>(record.samples),
              name_of(record.regime).c_str(), cluster.ranks_per_node);
  std::fputs(plan_table(predictions).c_str(), stdout);
  std::printf(
      "\nefficiency: share of all ranks' time in the solve phase spent solving; coordinator: share of\n"
      "rank 0's time that messages take; rest: reading, gathering, writing%s, as in the run measured\n",
      stages > 1 ? " and what lies between stages" : "");
  warn_about_sharing(records, cluster, predictions);
}

void print(const std::vector<SharedRunRecord>& records, const Cluster& cluster,
           const std::vector<SharedRunPrediction>& predictions) {
  const SharedRunRecord& record = records.front();
  Index rows = 0;
  for (const LayerRows& layer : record.layers) rows += layer.channels;
  std::printf("%td rows shared by all positions, in %zu layers, %td samples; %d rank(s) a node\n\n", rows,
              record.layers.size(), record.samples, cluster.ranks_per_node);
  std::fputs(plan_table(predictions).c_str(), stdout);
  std::printf(
      "\nsamples: states and Gram matrices, dealt out by samples; rows: prices and fits, dealt out by "
      "channels;\n"
      "sums: Gram matrices between nodes; rest: reading, and what every rank does alike\n");
  warn_about_sharing(records, cluster, predictions);
}

void write_plan(const Options& options, const nlohmann::json& plan) {
  if (!options.report.empty()) write_text(options.report, plan.dump(2) + "\n");
}

ExitCode plan_shared(const Options& options, const Start& start, const Context& context) {
  const std::vector<SharedRunRecord> records = shared_records_of(options, start, context);
  on_root(context.ranks, [&] {
    if (options.rows) throw InputError("--rows is for the other structures: rows are channels here");
    require_one_problem(records);
    const Cluster cluster = cluster_of(options, records);
    const std::vector<SharedRunPrediction> predictions = predict_shared_runs(records, options.ranks, cluster);
    print(records, cluster, predictions);
    write_plan(options, plan_report(records, cluster, predictions));
  });
  return ExitCode::done;
}

ExitCode run_plan(Options& options, const Context& context) {
  const Start start = start_of(options, context);
  if (start.shared) return plan_shared(options, start, context);
  agree(context.ranks, [&] {
    if (options.train.keep) {
      throw InputError(
          "--keep is for --structure shared: other runs with --keep are planned from their report");
    }
  });
  const std::vector<RunRecord> measured = records_of(options, start, context);
  on_root(context.ranks, [&] {
    require_one_problem(measured);
    std::vector<RunRecord> records;
    for (const RunRecord& record : measured) {
      records.push_back(with_rows(record, options.rows.value_or(record.rows)));
    }
    const Cluster cluster = cluster_of(options, records);
    const std::vector<Prediction> predictions = predict_runs(records, options.ranks, cluster);
    print(records, cluster, predictions);
    write_plan(options, plan_report(records, cluster, predictions));
  });
  return ExitCode::done;
}

std::vector<Setting> settings_list(Options& options) {
  std::vector<Setting> list{
      {.flag = "files",
       .place = &options.files,
       .help = "A states file (a few blocks are solved to calibrate), or reports of train; with several "
               "reports of one "
               "problem each prediction uses the one whose ranks on each node are nearest",
       .unit = "STATES|RUN.json",
       .required = true},
      {.flag = "--ranks",
       .place = &options.ranks,
       .help = "Numbers of ranks to predict",
       .unit = "N,N,...",
       .bounds = from_to(1, most_ranks)},
      {.flag = "--ranks-per-node",
       .place = &options.ranks_per_node,
       .help = "As many as this machine has cores when not given",
       .unit = "N",
       .bounds = from_to(1, most_ranks)},
      {.flag = "--rows",
       .place = &options.rows,
       .help = "Predict as many rows over the same samples and features, the measured blocks repeated",
       .unit = "N",
       .bounds = from_to(1, most_planned_rows)},
      {.flag = "--latency",
       .place = &options.latency_microseconds,
       .help = "Of a message, in microseconds",
       .unit = "V",
       .bounds = at_least(0)},
      {.flag = "--bandwidth",
       .place = &options.bandwidth_gigabytes,
       .help = "Of the network link of a node, in GB/s",
       .unit = "V",
       .bounds = above(0)},
      {.flag = "--report",
       .place = &options.report,
       .help = "Also write the predictions in JSON",
       .unit = "FILE"}};
  return together(std::move(list), training_settings(options));
}

}  // namespace

Command plan_command() {
  const auto options = std::make_shared<Options>();
  return {
      .name = "plan",
      .summary = "Predict time, efficiency and memory of train at many ranks",
      .settings = settings_list(*options),
      .notes =
          "From a states file the options of train below Problem, Penalty and Solver apply (--lambda-rel "
          "1e-3 when "
          "no penalty is given): a few blocks are solved, which takes some seconds. Under mpirun the "
          "ranks of a "
          "node solve at the same time, so that the prediction knows what sharing its memory costs.\n"
          "A run with --keep or --refine goes through stages; plan it from the report of such a run, of "
          "fewer "
          "samples or on fewer ranks.\n"
          "With --structure shared, --keep applies too, and a run over a few samples is made to calibrate.",
      .example = "simplicit plan train.json --ranks 1,2,16,256,4096",
      .run = [options](const Context& context) { return run_plan(*options, context); }};
}

}  // namespace simplicit::cli
