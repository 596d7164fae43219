#include "cli/read_files.hpp"
#include <simplicit/cli/command.hpp>
#include <simplicit/shared/train_shared.hpp>
#include <simplicit/system/text_file.hpp>
#include <simplicit/train/run_report.hpp>

#include <cstdio>
#include <memory>

namespace simplicit::cli {
namespace {

void check_files(const TrainSettings& settings) {
  DeclaredFiles files;
  reads(files, "STATES", settings.states);
  files.writes("--out", settings.out);
  files.writes("--report", settings.report);
  files.writes("--checkpoint", settings.checkpoint);
  files.check();
}

ExitCode run_train_shared(const TrainSettings& settings, const Context& context) {
  const SharedOutcome outcome = train_shared(context.ranks, settings, context.command_line);
  on_root(context.ranks, [&] {
    if (!settings.report.empty()) write_text(settings.report, outcome.report.dump(2) + "\n");
    std::fputs(shared_table(outcome, settings.out).c_str(), stdout);
  });
  return outcome.solved < outcome.rows ? ExitCode::tolerance_missed : ExitCode::done;
}

ExitCode run_train(const TrainSettings& settings, const Context& context) {
  on_root(context.ranks, [&] { check_files(settings); });
  if (settings.structure == Structure::shared) return run_train_shared(settings, context);
  const TrainOutcome outcome = train(context.ranks, settings, context.command_line);
  auto code = static_cast<std::int64_t>(exit_code_of(outcome));
  on_root(context.ranks, [&] {
    const int ranks = context.ranks.size();
    if (!settings.report.empty()) write_text(settings.report, run_report(outcome, ranks).dump(2) + "\n");
    std::fputs(run_table(outcome, ranks, settings.out).c_str(), stdout);
  });
  context.ranks.broadcast(code);
  return static_cast<ExitCode>(code);
}

}  // namespace

Command train_command() {
  const auto settings = std::make_shared<TrainSettings>();
  return {.name = "train",
          .summary = "Train an implicit model on captured states",
          .settings = settings_of(*settings),
          .example = "mpirun -q -n 4 simplicit train train_states.h5 --lambda-rel 2e-4 --out model.h5",
          .run = [settings](const Context& context) { return run_train(*settings, context); }};
}

}  // namespace simplicit::cli
