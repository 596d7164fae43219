#include "path/score_text.hpp"
#include <simplicit/base/error.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/evaluate/evaluate.hpp>
#include <simplicit/path/follow_path.hpp>
#include <simplicit/refine/refine.hpp>
#include <simplicit/run/training_run.hpp>

#include <spdlog/spdlog.h>

namespace simplicit {
namespace {

void require_scorable(const StatesHeader& states, const StatesHeader& test) {
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
  spdlog::info("path: lambda_rel {:.3e}: kept {}, {}, {:.1f} s", point.lambda_rel, kept,
               score_text(point.scores), point.seconds);
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

std::vector<RowResult> solve_point(TrainingRun& run, double lambda_rel, const std::vector<SparseRow>& last) {
  ObjectiveSettings objective = run.settings().objective;
  objective.lambda_rel = lambda_rel;
  return run.solve_penalised(objective, warm_start_from(last));
}

}  // namespace

PathOutcome follow_path(const Communicator& ranks, const PathSettings& settings) {
  PathOutcome outcome;
  run_saving(ranks, settings.train, [&](std::string& saved) {
    RunStart start = start_run(ranks, settings.train);
    const StatesHeader test = read_states_header(settings.test, ranks);
    agree(ranks, [&] { require_scorable(start.header, test); });
    outcome.baseline_parameters = start.header.baseline_weights();
    const std::vector<double> penalties = start.settings.lambda_rel_path;
    TrainingRun run(ranks, std::move(start), saved);
    outcome.states_digest = run.digest();
    std::vector<SparseRow> last;
    for (const double lambda_rel : penalties) {
      const Timer timer;
      if (!outcome.points.empty() && rounds_of_refining(run.settings()) > 0) run.restore_states();
      std::vector<RowResult> rows = solve_point(run, lambda_rel, last);
      last = broadcast_rows(ranks, rows);
      if (rounds_of_refining(run.settings()) > 0) rows = refine_rows(run, std::move(rows)).rows;
      const double seconds = timer.seconds();
      PathPoint point = score_point(run, rows, test);
      point.lambda_rel = lambda_rel;
      point.seconds = seconds;
      if (ranks.is_root()) tell(point);
      outcome.points.push_back(std::move(point));
    }
  });
  return outcome;
}

}  // namespace simplicit
