#include <simplicit/cli/command.hpp>
#include <simplicit/hdf5/file.hpp>
#include <simplicit/refine/refine.hpp>
#include <simplicit/train/train.hpp>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <memory>

namespace simplicit::cli {
namespace {

void write_report(const nlohmann::json& report, const std::string& path) {
  hdf5::TemporaryOutput output(path);
  std::ofstream file(output.temporary_path());
  file << report.dump(2) << '\n';
  file.close();
  if (!file) throw SystemError(path + ": cannot be written");
  output.commit();
}

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

void print_summary(const nlohmann::json& report, const std::string& out) {
  const auto kept = report["kept"];
  std::printf("%-22s %s\n", "model", out.c_str());
  std::printf("%-22s %ld of %ld, worst relative gap %.2e\n", "rows solved", report["solved"].get<long>(),
              report["rows"].get<long>(), report["max_relative_gap"].get<double>());
  std::printf("%-22s A %ld, B %ld, C %ld, D %ld\n", "nonzeros", report["nnz"]["A"].get<long>(),
              report["nnz"]["B"].get<long>(), report["nnz"]["C"].get<long>(), report["nnz"]["D"].get<long>());
  if (kept.is_number())
    std::printf("%-22s %.1f %% of the baseline's weights\n", "kept", 100 * kept.get<double>());
  std::printf("%-22s %.6f (%ld rows on the ball)\n", "infinity norm of A", report["norm_a_inf"].get<double>(),
              report["ball_active"].get<long>());
  print_rounds(report);
  const auto& seconds = report["seconds"];
  std::printf("%-22s read %.2f, Gram %.2f, solve %.2f, gather %.2f, write %.2f, total %.2f on %d rank(s)\n",
              "seconds", seconds["read"].get<double>(), seconds["gram"].get<double>(),
              seconds["solve"].get<double>(), seconds["gather"].get<double>(), seconds["write"].get<double>(),
              seconds["total"].get<double>(), report["ranks"].get<int>());
}

ExitCode run_train(const TrainSettings& settings, const Context& context) {
  const TrainOutcome outcome = train(context.ranks, settings, context.command_line, refine_rows);
  std::int64_t missed = 0;
  on_root(context.ranks, [&] {
    const nlohmann::json report = run_report(outcome, context.ranks.size());
    if (!settings.report.empty()) write_report(report, settings.report);
    print_summary(report, settings.out);
    missed = report["rows"].get<std::int64_t>() - report["solved"].get<std::int64_t>();
  });
  context.ranks.broadcast(missed);
  return missed > 0 ? ExitCode::tolerance_missed : ExitCode::done;
}

std::string objective_help() {
  std::string help = "What to minimise besides the mismatch:";
  for (const Objective* objective : objectives()) {
    help += std::string("\n") + objective->name + ": " + objective->summary;
  }
  return help;
}

}  // namespace

Run add_train(CLI::App& app) {
  const auto settings = std::make_shared<TrainSettings>();
  CLI::App* command = app.add_subcommand("train", "Train an implicit model on captured states");
  command->add_option("states", settings->states, "States file")->required()->type_name("STATES");
  command->add_option("--out", settings->out, "Model file to write")->required()->type_name("FILE");
  command->add_option("--report", settings->report, "Also write a run report in JSON")->type_name("FILE");

  ObjectiveSettings& objective = settings->objective;
  const std::string problem = "Problem";
  command->add_option("--objective", objective.name, objective_help())->capture_default_str()->group(problem);
  command->add_option("--lambda", objective.lambda, "Penalty weight, above 0")
      ->type_name("V")
      ->group(problem);
  command
      ->add_option("--lambda-rel", objective.lambda_rel,
                   "Penalty weight as a fraction of each row's lambda_max")
      ->type_name("V")
      ->group(problem);
  command->add_option("--l1-ratio", objective.l1_ratio, "elastic-net: alpha in (0, 1], 0.5 when not given")
      ->type_name("V")
      ->group(problem);
  command->add_option("--mu", objective.mu, "perspective: price of a nonzero")
      ->type_name("V")
      ->group(problem);
  command->add_option("--gamma", objective.gamma, "perspective: ridge of a nonzero")
      ->type_name("V")
      ->group(problem);
  command->add_option("--delta", objective.delta, "min-norm: relative residual allowed, 0 for exact matching")
      ->type_name("V")
      ->group(problem);
  command->add_option("--weights", settings->weights, "Factors of the penalty on A, B, C, D")
      ->delimiter(',')
      ->type_name("a,b,c,d")
      ->group(problem);
  command
      ->add_flag("--standardize", settings->standardize,
                 "Weight penalties by the features' root mean squares")
      ->group(problem);
  command->add_option("--kappa", settings->kappa, "Bound on the infinity norm of A, in (0, 1)")
      ->capture_default_str()
      ->group(problem);
  static const std::map<std::string, Structure> structures{{"full", Structure::full},
                                                           {"feedforward", Structure::feedforward}};
  command->add_option("--structure", settings->structure, "Which states a state may use: full, feedforward")
      ->transform(CLI::CheckedTransformer(structures).description(""))
      ->default_str("full; feedforward with --refine where layers are known")
      ->type_name("NAME")
      ->group(problem);
  command
      ->add_option("--keep", settings->keep,
                   "Keep at most this share of the baseline's weights: chooses the penalty")
      ->type_name("F")
      ->group(problem);
  command
      ->add_option(
          "--refine", settings->refine,
          "Rounds that look for better supports and fit without penalty on the states the model reaches")
      ->type_name("R")
      ->default_str("0")
      ->group(problem);

  const std::string solver = "Solver";
  command->add_option("--tol", settings->tolerance, "Relative duality gap at which a row counts as solved")
      ->capture_default_str()
      ->group(solver);
  static const std::map<std::string, Regime> regimes{
      {"auto", Regime::automatic}, {"gram", Regime::gram}, {"data", Regime::data}};
  command
      ->add_option("--regime", settings->regime,
                   "Work from the Gram matrix or from the samples: auto, gram, data")
      ->transform(CLI::CheckedTransformer(regimes).description(""))
      ->default_str("auto")
      ->type_name("NAME")
      ->group(solver);
  const std::string interruption = "Interruption";
  command
      ->add_option("--checkpoint", settings->checkpoint,
                   "Journal of finished rows, written at once, so that a run that was stopped can go on")
      ->type_name("FILE")
      ->group(interruption);
  command->add_flag("--resume", settings->resume, "Go on where the journal ends")->group(interruption);
  command->add_option("--memory", settings->memory_gib, "Memory of a node to use, in GiB")
      ->type_name("GIB")
      ->group(solver);
  command->footer(
      "Example: mpirun -n 4 simplicit train states.h5 --lambda-rel 2e-4 --out model.h5 --report run.json");
  return [settings](const Context& context) { return run_train(*settings, context); };
}

}  // namespace simplicit::cli
