#include "cli/problem_options.hpp"
#include "cli/read_files.hpp"
#include <simplicit/cli/command.hpp>
#include <simplicit/model/model_size.hpp>
#include <simplicit/refine/refine.hpp>
#include <simplicit/system/text_file.hpp>
#include <simplicit/train/train.hpp>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <memory>

namespace simplicit::cli {
namespace {

void print_rounds(const nlohmann::json& report) {
  if (!report.contains("refine") || report["refine"].is_null()) return;
  std::printf("%-22s %-10s %-10s %-12s %s\n", "round", "kept", "agreement", "state error",
              "(held-out samples)");
  for (const auto& round : report["refine"]) {
    const std::string kept = round["kept"].is_number()
                                 ? fmt::format("{:.2f} %", 100 * round["kept"].get<double>())
                                 : fmt::format("{}", round["nonzeros"].get<long>());
    std::printf("%-22d %-10s %-10s %-12.4f\n", round["round"].get<int>(), kept.c_str(),
                fmt::format("{:.2f} %", 100 * round["agreement"].get<double>()).c_str(),
                round["state_error"].get<double>());
  }
}

void print_summary(const nlohmann::json& report, const ModelSize& size, const std::string& out) {
  const auto kept = report["kept"];
  std::printf("%-22s %s\n", "model", out.c_str());
  std::printf("%-22s %ld of %ld, worst relative gap %.2e\n", "rows solved", report["solved"].get<long>(),
              report["rows"].get<long>(), report["max_relative_gap"].get<double>());
  std::printf("%-22s A %ld, B %ld, C %ld, D %ld\n", "nonzeros", report["nnz"]["A"].get<long>(),
              report["nnz"]["B"].get<long>(), report["nnz"]["C"].get<long>(), report["nnz"]["D"].get<long>());
  if (kept.is_number())
    std::printf("%-22s %.1f %% of the baseline's weights\n", "kept", 100 * kept.get<double>());
  std::printf("%-22s %s\n", "size", text_of(size).c_str());
  std::printf("%-22s %.6f (%ld rows on the ball)\n", "infinity norm of A", report["norm_a_inf"].get<double>(),
              report["ball_active"].get<long>());
  print_rounds(report);
  const auto& seconds = report["seconds"];
  std::printf("%-22s read %.2f, Gram %.2f, solve %.2f, gather %.2f, write %.2f, total %.2f on %d rank(s)\n",
              "seconds", seconds["read"].get<double>(), seconds["gram"].get<double>(),
              seconds["solve"].get<double>(), seconds["gather"].get<double>(), seconds["write"].get<double>(),
              seconds["total"].get<double>(), report["ranks"].get<int>());
}

void check_files(const TrainSettings& settings) {
  DeclaredFiles files;
  reads(files, "STATES", settings.states);
  files.writes("--out", settings.out);
  files.writes("--report", settings.report);
  files.writes("--checkpoint", settings.checkpoint);
  files.check();
}

ExitCode run_train(const TrainSettings& settings, const Context& context) {
  on_root(context.ranks, [&] { check_files(settings); });
  const TrainOutcome outcome = train(context.ranks, settings, context.command_line, refine_rows);
  std::int64_t missed = 0;
  on_root(context.ranks, [&] {
    const nlohmann::json report = run_report(outcome, context.ranks.size());
    if (!settings.report.empty()) write_text(settings.report, report.dump(2) + "\n");
    print_summary(report, size_of(outcome.model), settings.out);
    missed = report["rows"].get<std::int64_t>() - report["solved"].get<std::int64_t>();
  });
  context.ranks.broadcast(missed);
  return missed > 0 ? ExitCode::tolerance_missed : ExitCode::done;
}

}  // namespace

Run add_train(CLI::App& app) {
  const auto settings = std::make_shared<TrainSettings>();
  CLI::App* command = app.add_subcommand("train", "Train an implicit model on captured states");
  command->add_option("states", settings->states, "States file")->required()->type_name("STATES");
  command->add_option("--out", settings->out, "Model file to write")->required()->type_name("FILE");
  command->add_option("--report", settings->report, "Also write a run report in JSON")->type_name("FILE");

  add_objective_options(*command, *settings);
  add_penalty_options(*command, *settings);
  command
      ->add_option("--keep", settings->keep,
                   "Keep at most this share of the baseline's weights: chooses the penalty")
      ->type_name("F")
      ->group(problem_group);
  add_refine_option(*command, *settings);
  add_solver_options(*command, *settings);
  add_checkpoint_options(*command, *settings);
  command->footer(
      "Example: mpirun -n 4 simplicit train states.h5 --lambda-rel 2e-4 --out model.h5 --report run.json");
  return [settings](const Context& context) { return run_train(*settings, context); };
}

}  // namespace simplicit::cli
