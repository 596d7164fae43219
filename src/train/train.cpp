#include <simplicit/base/error.hpp>
#include <simplicit/base/provenance.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/model/input_normalization.hpp>
#include <simplicit/run/start.hpp>
#include <simplicit/train/train.hpp>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>

namespace simplicit {
namespace {

void warn_about_baseline(const StatesHeader& header) {
  if (header.baseline_weights()) return;
  spdlog::info("{}: made by another tool (no baseline_parameters): the share of weights kept stays unknown",
               header.path);
}

void warn_about_ball(const StatesHeader& header, const TrainOutcome& outcome) {
  Index on_ball = 0;
  for (const RowResult& row : outcome.rows) on_ball += row.ball_active ? 1 : 0;
  if (header.state_scale || 2 * on_ball <= header.states) return;
  spdlog::warn(
      "{} of {} rows of A sit on the ball |a|_1 <= kappa and {} has no state_scale: the states were probably "
      "never "
      "rescaled. Multiply X and Z of each layer by one factor so that the network itself satisfies |A|_inf "
      "<= kappa "
      "(docs/guide.md, \"A network of your own\").",
      on_ball, header.states, header.path);
}

void list_missed_rows(const TrainOutcome& outcome) {
  constexpr std::size_t most_listed = 20;
  std::string list;
  std::size_t missed = 0;
  for (const RowResult& row : outcome.rows) {
    if (reached_tolerance(row.status)) continue;
    if (missed++ < most_listed)
      list +=
          fmt::format("\n  row {}: {}, relative gap {:.2e}", row.row, name_of(row.status), row.relative_gap);
  }
  if (missed == 0) return;
  if (missed > most_listed)
    list += fmt::format("\n  and {} more (see missed_rows in the report)", missed - most_listed);
  spdlog::warn("{} of {} rows did not reach the tolerance:{}", missed, outcome.rows.size(), list);
}

void gather_model(const TrainingRun& run, const std::string& command_line, std::vector<RowResult>&& rows,
                  TrainOutcome& outcome) {
  for (const RowResult& row : rows) {
    RowResult certificate = row;
    certificate.columns.clear();
    certificate.values.clear();
    outcome.rows.push_back(std::move(certificate));
  }
  outcome.model = model_of(run.header(), run.settings().kappa, std::move(rows));
  nlohmann::json& record = outcome.model.provenance = provenance(command_line);
  record["settings"] = to_json(run.settings());
  record["layer_sizes"] = run.header().layer_sizes;
  record["regime"] = name_of(outcome.regime);
  record["states_digest"] = run.digest();
  if (outcome.keep) record["keep"] = to_json(*outcome.keep);
  if (outcome.refine) record["refine"] = to_json(*outcome.refine);
}

std::vector<RowResult> solve_first(TrainingRun& run, TrainOutcome& outcome) {
  const TrainSettings& settings = run.settings();
  if (!settings.keep) return run.solve_penalised(settings.objective, {});
  KeepChoice choice = search_for_keep(run);
  outcome.keep = choice.report;
  return std::move(choice.rows);
}

std::vector<RowResult> solve_all(TrainingRun& run, TrainOutcome& outcome) {
  std::vector<RowResult> rows = solve_first(run, outcome);
  if (rounds_of_refining(run.settings()) == 0) return rows;
  Refinement refined = refine_rows(run, std::move(rows));
  outcome.refine = std::move(refined.rounds);
  return std::move(refined.rows);
}

void write(const TrainSettings& settings, const InputNormalization& inputs, TrainOutcome& outcome) {
  const TrainSeconds& seconds = outcome.seconds;
  outcome.model.provenance["seconds"] = {
      {"read", seconds.read}, {"gram", seconds.gram}, {"solve", seconds.solve}, {"gather", seconds.gather}};
  write_model(outcome.model, inputs, settings.out);
  warn_about_ball(outcome.header, outcome);
  list_missed_rows(outcome);
  if (!settings.checkpoint.empty()) {
    spdlog::info("{} keeps all rows: the same command with --resume only writes the model again",
                 settings.checkpoint);
  }
}

TrainOutcome train_saving(const Communicator& ranks, const TrainSettings& settings,
                          const std::string& command_line, std::string& saved) {
  const Timer total;
  Timer phase;
  TrainOutcome outcome;
  const auto end_of_phase = [&] {
    ranks.barrier();
    return phase.restart();
  };
  RunStart start = start_run(ranks, settings);
  outcome.header = start.header;
  outcome.regime = start.regime;
  InputNormalization inputs;  // now, because a run outlives its states file
  on_root(ranks, [&] {
    inputs = read_input_normalization(start.header.path);
    warn_about_baseline(start.header);
  });
  TrainingRun run(ranks, std::move(start), saved);
  run.seconds().read = end_of_phase();

  outcome.resumed_rows = run.resumed_rows();
  std::vector<RowResult> rows = solve_all(run, outcome);
  outcome.memory = measured_memory(ranks, run.store(), run.regime() == Regime::gram);
  phase.restart();

  on_root(ranks, [&] {
    gather_model(run, command_line, std::move(rows), outcome);
    outcome.blocks = run.take_block_records();
  });
  run.seconds().gather = end_of_phase();
  outcome.seconds = run.seconds();
  on_root(ranks, [&] { write(run.settings(), inputs, outcome); });
  outcome.seconds.write = end_of_phase();
  outcome.seconds.total = total.seconds();
  return outcome;
}

}  // namespace

TrainOutcome train(const Communicator& ranks, const TrainSettings& settings,
                   const std::string& command_line) {
  TrainOutcome outcome;
  run_saving(ranks, settings,
             [&](std::string& saved) { outcome = train_saving(ranks, settings, command_line, saved); });
  return outcome;
}

ExitCode exit_code_of(const TrainOutcome& outcome) {
  const bool all_solved =
      std::ranges::all_of(outcome.rows, [](const RowResult& row) { return row.status == RowStatus::solved; });
  return all_solved ? ExitCode::done : ExitCode::tolerance_missed;
}

}  // namespace simplicit
