#include <simplicit/base/error.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/evaluate/evaluate.hpp>
#include <simplicit/path/follow_path.hpp>
#include <simplicit/refine/refine.hpp>
#include <simplicit/train/saving_run.hpp>
#include <simplicit/train/training_run.hpp>

#include <spdlog/spdlog.h>

namespace simplicit {
namespace {

void require_scorable(const StatesHeader& states, const StatesHeader& test) {
  if (!test.has_labels) throw InputError(test.path + ": has no dataset 'labels', which a path is scored by");
  const auto require_same = [&](const char* what, Index trained, Index tested) {
    if (trained == tested) return;
    throw InputError(test.path + ": has " + std::to_string(tested) + " " + what + ", " + states.path +
                     " has " + std::to_string(trained));
  };
  require_same("states", states.states, test.states);
  require_same("inputs", states.inputs, test.inputs);
  require_same("outputs", states.outputs, test.outputs);
  if (states.bias != test.bias || states.activation != test.activation) {
    throw InputError(test.path + ": has another activation or bias than " + states.path);
  }
}

void tell(const PathPoint& point) {
  const std::string kept = point.scores.kept ? fmt::format("{:.2f} %", 100 * *point.scores.kept) : "unknown";
  spdlog::info("path: lambda_rel {:.3e}: kept {}, accuracy {:.2f} %, {:.1f} s", point.lambda_rel, kept,
               100 * *point.scores.accuracy, point.seconds);
}

/// Collective; what counts of it is on root.
PathPoint score_point(const TrainingRun& run, const std::vector<RowResult>& rows, const StatesHeader& test) {
  const Communicator& ranks = run.ranks();
  const ImplicitModel model = broadcast_model_of(run, rows);
  PathPoint point;
  point.rows = summary_of(rows, run.header().states);
  point.scores = evaluate(ranks, model, test, {});
  return point;
}

// The states are read once, but again for every point that refining starts from: it replaces them.
void begin_point(const Communicator& ranks, const TrainSettings& settings, const StatesHeader& states,
                 std::optional<TrainingRun>& run, std::optional<Checkpoint>& checkpoint) {
  const bool refining = settings.refine > 0;
  if (run && !refining) return;
  run.emplace(ranks, settings, states, refining ? SamplePart::fitted : SamplePart::all, checkpoint);
}

std::vector<RowResult> solve_point(TrainingRun& run, double lambda_rel, const std::vector<SparseRow>& last) {
  ObjectiveSettings objective = run.settings().objective;
  objective.lambda_rel = lambda_rel;
  return run.solve_penalised(objective, warm_start_from(last));
}

std::vector<RowResult> refined(TrainingRun& run, std::vector<RowResult> rows) {
  TrainOutcome rounds;
  return refine_rows(run, std::move(rows), rounds);
}

}  // namespace

PathOutcome follow_path(const Communicator& ranks, const PathSettings& settings) {
  PathOutcome outcome;
  check_before_work(ranks, settings.train);
  const StatesHeader states = read_states_header(settings.train.states, ranks);
  const StatesHeader test = read_states_header(settings.test, ranks);
  agree(ranks, [&] { require_scorable(states, test); });
  outcome.baseline_parameters = states.baseline_weights();
  const TrainSettings chosen = settings_for(settings.train, states);
  agree(ranks, [&] { check_against(chosen, states); });

  run_saving(ranks, chosen, [&](std::optional<Checkpoint>& checkpoint) {
    std::optional<TrainingRun> run;
    std::vector<SparseRow> last;
    for (const double lambda_rel : chosen.lambda_rel_path) {
      const Timer timer;
      begin_point(ranks, chosen, states, run, checkpoint);
      std::vector<RowResult> rows = solve_point(*run, lambda_rel, last);
      last = broadcast_rows(ranks, rows);
      if (chosen.refine > 0) rows = refined(*run, std::move(rows));
      const double seconds = timer.seconds();
      PathPoint point = score_point(*run, rows, test);
      point.lambda_rel = lambda_rel;
      point.seconds = seconds;
      if (ranks.is_root()) tell(point);
      outcome.points.push_back(std::move(point));
    }
    outcome.states_digest = run->digest();
  });
  return outcome;
}

}  // namespace simplicit
