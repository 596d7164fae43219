#include "cli/output_path.hpp"
#include "cli/problem_options.hpp"
#include <simplicit/cli/command.hpp>
#include <simplicit/hdf5/signature.hpp>
#include <simplicit/plan/calibration.hpp>
#include <simplicit/plan/plan_table.hpp>
#include <simplicit/system/temporary_output.hpp>
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

void require_valid(const Options& options) {
  const auto in_range = [](int count) { return count >= 1 && count <= most_ranks; };
  if (!std::all_of(options.ranks.begin(), options.ranks.end(), in_range)) {
    throw InputError(fmt::format("--ranks must lie between 1 and {}", most_ranks));
  }
  if (options.ranks_per_node && !in_range(*options.ranks_per_node)) {
    throw InputError(fmt::format("--ranks-per-node must lie between 1 and {}", most_ranks));
  }
  if (options.rows && (*options.rows < 1 || *options.rows > most_planned_rows)) {
    throw InputError(fmt::format("--rows must lie between 1 and {}", most_planned_rows));
  }
  if (!(options.latency_microseconds >= 0 && std::isfinite(options.latency_microseconds))) {
    throw InputError("--latency must be a number of microseconds of at least 0");
  }
  if (!(options.bandwidth_gigabytes > 0 && std::isfinite(options.bandwidth_gigabytes))) {
    throw InputError("--bandwidth must be a number of GB/s above 0");
  }
  if (options.report.empty()) return;
  require_writable(options.report);
  for (const std::string& file : options.files) require_another_file("--report", options.report, file);
}

/// Options that belong to a states file; a report has its own.
std::string first_training_option(const CLI::App& command) {
  for (const CLI::Option* option : command.get_options()) {
    const std::string group = option->get_group();
    if (option->count() > 0 && (group == problem_group || group == solver_group)) return option->get_name();
  }
  return "";
}

/// One states file, or run reports of one problem.
bool starts_from_states(const Options& options, const CLI::App& command) {
  const auto states = std::count_if(options.files.begin(), options.files.end(), hdf5::has_signature);
  if (states > 0 && options.files.size() > 1) {
    throw InputError("give one states file, or the reports of runs, not both");
  }
  const std::string training_option = first_training_option(command);
  if (states == 0 && !training_option.empty()) {
    throw InputError(training_option + " belongs to a states file; the report of a run has its own settings");
  }
  return states > 0;
}

TrainSettings settings_to_calibrate(const Options& options) {
  constexpr double usual_lambda_rel = 1e-3;
  TrainSettings settings = options.train;
  settings.states = options.files.front();
  ObjectiveSettings& objective = settings.objective;
  const bool has_penalty = objective.lambda || objective.lambda_rel || objective.mu || objective.delta;
  if (!has_penalty && objective.name != "min-norm") objective.lambda_rel = usual_lambda_rel;
  return settings;
}

std::vector<RunRecord> records_of(const Options& options, const CLI::App& command, const Context& context) {
  std::int64_t from_states = 0;
  on_root(context.ranks, [&] {
    require_valid(options);
    from_states = starts_from_states(options, command) ? 1 : 0;
  });
  context.ranks.broadcast(from_states);
  if (from_states == 1) return calibrate(context.ranks, settings_to_calibrate(options));
  std::vector<RunRecord> records;
  on_root(context.ranks, [&] {
    for (const std::string& file : options.files) records.push_back(read_run_record(file));
  });
  return records;
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

Cluster cluster_of(const Options& options, const std::vector<RunRecord>& records) {
  double of_records = 1;
  for (const RunRecord& record : records) of_records = std::max(of_records, record.ranks_per_node());
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
void warn_about_sharing(const std::vector<RunRecord>& records, const Cluster& cluster,
                        const std::vector<Prediction>& predictions) {
  double measured = 1;
  for (const RunRecord& record : records) measured = std::max(measured, record.ranks_per_node());
  int predicted = 1;
  for (const Prediction& p : predictions) {
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

ExitCode run_plan(const Options& options, const CLI::App& command, const Context& context) {
  const std::vector<RunRecord> measured = records_of(options, command, context);
  on_root(context.ranks, [&] {
    require_one_problem(measured);
    std::vector<RunRecord> records;
    for (const RunRecord& record : measured) {
      records.push_back(with_rows(record, options.rows.value_or(record.rows)));
    }
    const Cluster cluster = cluster_of(options, records);
    const std::vector<Prediction> predictions = predict_runs(records, options.ranks, cluster);
    print(records, cluster, predictions);
    if (!options.report.empty())
      write_text(options.report, plan_report(records, cluster, predictions).dump(2) + "\n");
  });
  return ExitCode::done;
}

}  // namespace

Run add_plan(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("plan", "Predict time, efficiency and memory of train at many ranks");
  command
      ->add_option("files", options->files,
                   "A states file (a few blocks are solved to calibrate), or reports of train; with several "
                   "reports of one problem each prediction uses the one whose ranks a node are nearest")
      ->required()
      ->type_name("STATES|RUN.json");
  command->add_option("--ranks", options->ranks, "Numbers of ranks to predict")
      ->delimiter(',')
      ->type_name("N,N,...");
  command
      ->add_option("--ranks-per-node", options->ranks_per_node,
                   "As many as this machine has cores when not given")
      ->type_name("N");
  command
      ->add_option("--rows", options->rows,
                   "Predict as many rows over the same samples and features, the measured blocks repeated")
      ->type_name("N");
  command->add_option("--latency", options->latency_microseconds, "Of a message, in microseconds")
      ->type_name("V");
  command->add_option("--bandwidth", options->bandwidth_gigabytes, "Of a node's link, in GB/s")
      ->type_name("V");
  command->add_option("--report", options->report, "Also write the predictions in JSON")->type_name("FILE");
  add_objective_options(*command, options->train);
  add_penalty_options(*command, options->train);
  add_solver_options(*command, options->train);
  command->footer(
      "From a states file the options of train below Problem and Solver apply (--lambda-rel 1e-3 when no "
      "penalty "
      "is given): a few blocks are solved, which takes some seconds. Under mpirun the ranks of a node solve "
      "at the "
      "same time, so that the prediction knows what sharing its memory costs.\n"
      "A run with --keep or --refine goes through stages; plan it from the report of such a run, of fewer "
      "samples "
      "or on fewer ranks.\n"
      "Example: simplicit plan train.json --ranks 1,2,16,256,4096");
  return [options, command](const Context& context) { return run_plan(*options, *command, context); };
}

}  // namespace simplicit::cli
