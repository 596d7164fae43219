#include <simplicit/base/error.hpp>
#include <simplicit/base/provenance.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/model/input_normalization.hpp>
#include <simplicit/train/checkpoint.hpp>
#include <simplicit/train/keep_search.hpp>
#include <simplicit/train/regime.hpp>
#include <simplicit/train/saving_run.hpp>
#include <simplicit/train/train.hpp>
#include <simplicit/train/training_run.hpp>

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
    if (row.status == RowStatus::solved) continue;
    if (missed++ < most_listed)
      list +=
          fmt::format("\n  row {}: {}, relative gap {:.2e}", row.row, name_of(row.status), row.relative_gap);
  }
  if (missed == 0) return;
  if (missed > most_listed)
    list += fmt::format("\n  and {} more (see missed_rows in the report)", missed - most_listed);
  spdlog::warn("{} of {} rows did not reach the tolerance:{}", missed, outcome.rows.size(), list);
}

void gather_model(const TrainSettings& settings, const StatesHeader& header, const std::string& command_line,
                  std::vector<RowResult>&& rows, TrainOutcome& outcome) {
  for (const RowResult& row : rows) {
    RowResult certificate = row;
    certificate.columns.clear();
    certificate.values.clear();
    outcome.rows.push_back(std::move(certificate));
  }
  outcome.model = model_of(header, settings.kappa, std::move(rows));
  outcome.model.provenance = provenance(command_line);
  outcome.model.provenance["settings"] = to_json(settings);
  outcome.model.provenance["layer_sizes"] = header.layer_sizes;
  outcome.model.provenance["regime"] = name_of(outcome.regime);
}

std::vector<RowResult> solve_first(TrainingRun& run, TrainOutcome& outcome) {
  const TrainSettings& settings = run.settings();
  if (!settings.keep) return run.solve_penalised(settings.objective, {});
  KeepChoice choice = search_for_keep(run);
  outcome.keep = choice.report;
  return std::move(choice.rows);
}

TrainOutcome train_saving(const Communicator& ranks, const TrainSettings& settings,
                          const std::string& command_line, const RefineRows& refine,
                          std::optional<Checkpoint>& checkpoint) {
  const Timer total;
  Timer phase;
  TrainOutcome outcome;
  const auto end_of_phase = [&] {
    ranks.barrier();
    return phase.restart();
  };
  check_before_work(ranks, settings);
  const StatesHeader header = read_states_header(settings.states, ranks);
  outcome.header = header;
  if (ranks.is_root()) warn_about_baseline(header);
  const TrainSettings chosen = settings_for(settings, header);
  Regime regime = Regime::gram;
  agree(ranks, [&] {
    check_against(chosen, header);
    regime = choose_regime(chosen, header);
  });
  require_memory(ranks, regime, header);
  TrainingRun run(ranks, chosen, header, chosen.refine > 0 ? SamplePart::fitted : SamplePart::all,
                  checkpoint);
  run.seconds().read = end_of_phase();

  outcome.regime = run.regime();
  outcome.resumed_rows = run.resumed_rows();
  std::vector<RowResult> rows = solve_first(run, outcome);
  if (chosen.refine > 0) rows = refine(run, std::move(rows), outcome);
  outcome.memory = measured_memory(ranks, run.store(), run.regime() == Regime::gram);
  phase.restart();

  on_root(ranks, [&] {
    gather_model(chosen, header, command_line, std::move(rows), outcome);
    outcome.blocks = run.take_block_records();
    outcome.model.provenance["states_digest"] = run.digest();
  });
  run.seconds().gather = end_of_phase();
  outcome.seconds = run.seconds();
  on_root(ranks, [&] {
    outcome.model.provenance["seconds"] = {{"read", outcome.seconds.read},
                                           {"gram", outcome.seconds.gram},
                                           {"solve", outcome.seconds.solve},
                                           {"gather", outcome.seconds.gather}};
    if (!outcome.keep.is_null()) outcome.model.provenance["keep"] = outcome.keep;
    if (!outcome.refine.is_null()) outcome.model.provenance["refine"] = outcome.refine;
    write_model(outcome.model, read_input_normalization(header.path), settings.out);
    warn_about_ball(header, outcome);
    list_missed_rows(outcome);
    if (!settings.checkpoint.empty()) {
      spdlog::info("{} keeps all rows: the same command with --resume only writes the model again",
                   settings.checkpoint);
    }
  });
  outcome.seconds.write = end_of_phase();
  outcome.seconds.total = total.seconds();
  return outcome;
}

}  // namespace

TrainOutcome train(const Communicator& ranks, const TrainSettings& settings, const std::string& command_line,
                   const RefineRows& refine) {
  TrainOutcome outcome;
  run_saving(ranks, settings, [&](std::optional<Checkpoint>& checkpoint) {
    outcome = train_saving(ranks, settings, command_line, refine, checkpoint);
  });
  return outcome;
}

}  // namespace simplicit
