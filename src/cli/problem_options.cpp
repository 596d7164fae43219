#include "cli/problem_options.hpp"

#include <simplicit/problem/objective.hpp>

#include <map>

namespace simplicit::cli {
namespace {

std::string objective_help() {
  std::string help = "What to minimise besides the mismatch:";
  for (const Objective* objective : objectives()) {
    help += std::string("\n") + objective->name + ": " + objective->summary;
  }
  return help;
}

}  // namespace

void add_objective_options(CLI::App& command, TrainSettings& settings) {
  ObjectiveSettings& objective = settings.objective;
  const auto add = [&](CLI::Option* option) { return option->group(problem_group); };
  add(command.add_option("--objective", objective.name, objective_help())->capture_default_str());
  add(command
          .add_option("--l1-ratio", objective.l1_ratio, "elastic-net: alpha in (0, 1], 0.5 when not given")
          ->type_name("V"));
  add(command.add_option("--gamma", objective.gamma, "perspective: ridge of a nonzero")->type_name("V"));
  add(command.add_option("--weights", settings.weights, "Factors of the penalty on A, B, C, D")
          ->delimiter(',')
          ->type_name("a,b,c,d"));
  add(command.add_flag("--standardize", settings.standardize,
                       "Weight penalties by the features' root mean squares"));
  add(command.add_option("--kappa", settings.kappa, "Bound on the infinity norm of A, in (0, 1)")
          ->capture_default_str());
  static const std::map<std::string, Structure> structures{{"full", Structure::full},
                                                           {"feedforward", Structure::feedforward}};
  add(command
          .add_option("--structure", settings.structure, "Which states a state may use: full, feedforward")
          ->transform(CLI::CheckedTransformer(structures).description(""))
          ->default_str("full; feedforward with --refine where layers are known")
          ->type_name("NAME"));
}

void add_penalty_options(CLI::App& command, TrainSettings& settings) {
  ObjectiveSettings& objective = settings.objective;
  const auto add = [&](CLI::Option* option) { option->type_name("V")->group(problem_group); };
  add(command.add_option("--lambda", objective.lambda, "Penalty weight, above 0"));
  add(command.add_option("--lambda-rel", objective.lambda_rel,
                         "Penalty weight as a fraction of each row's lambda_max"));
  add(command.add_option("--mu", objective.mu, "perspective: price of a nonzero"));
  add(command.add_option("--delta", objective.delta,
                         "min-norm: relative residual allowed, 0 for exact matching"));
}

void add_refine_option(CLI::App& command, TrainSettings& settings) {
  command
      .add_option(
          "--refine", settings.refine,
          "Rounds that look for better supports and fit without penalty on the states the model reaches")
      ->type_name("R")
      ->default_str("0")
      ->group(problem_group);
}

void add_solver_options(CLI::App& command, TrainSettings& settings) {
  command.add_option("--tol", settings.tolerance, "Relative duality gap at which a row counts as solved")
      ->capture_default_str()
      ->group(solver_group);
  static const std::map<std::string, Regime> regimes{
      {"auto", Regime::automatic}, {"gram", Regime::gram}, {"data", Regime::data}};
  command
      .add_option("--regime", settings.regime,
                  "Work from the Gram matrix or from the samples: auto, gram, data")
      ->transform(CLI::CheckedTransformer(regimes).description(""))
      ->default_str("auto")
      ->type_name("NAME")
      ->group(solver_group);
  command.add_option("--memory", settings.memory_gib, "Memory of a node to use, in GiB")
      ->type_name("GIB")
      ->group(solver_group);
}

void add_checkpoint_options(CLI::App& command, TrainSettings& settings) {
  const std::string interruption = "Interruption";
  command
      .add_option("--checkpoint", settings.checkpoint,
                  "Journal of finished rows, written at once, so that a run that was stopped can go on")
      ->type_name("FILE")
      ->group(interruption);
  command.add_flag("--resume", settings.resume, "Go on where the journal ends")->group(interruption);
}

}  // namespace simplicit::cli
