#include "cli/certify_options.hpp"
#include "cli/read_files.hpp"
#include <simplicit/base/provenance.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/cli/command.hpp>
#include <simplicit/evaluate/evaluate.hpp>
#include <simplicit/system/text_file.hpp>

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <vector>

namespace simplicit::cli {
namespace {

struct Options {
  std::string model;
  std::string states;
  std::string report;
  std::vector<std::string> attacks;
  std::vector<double> epsilons;
  EvaluateSettings settings;
  CertifyOptions certify;
};

void require_epsilons(const char* flag, const std::vector<double>& epsilons) {
  for (const double epsilon : epsilons) {
    if (!(epsilon >= 0 && std::isfinite(epsilon))) {
      throw InputError(std::string(flag) + " must be a list of finite numbers that are not negative");
    }
  }
}

void require_valid(const Options& options) {
  const double tolerance = options.settings.fixed_point.tolerance;
  if (!(tolerance > 0 && tolerance < 1)) throw InputError("--fixed-point-tol must lie between 0 and 1");
  require_epsilons("--certify-epsilon", options.settings.certify_epsilons);
  require_epsilons("--epsilon", options.epsilons);
  if (!options.epsilons.empty() && options.attacks.empty()) {
    throw InputError("--epsilon says how far an attack moves the inputs; it needs --attack");
  }
  const PgdSettings& pgd = options.settings.attack.pgd;
  if (pgd.steps < 1) throw InputError("--pgd-steps must be at least 1");
  if (!(pgd.step > 0 && pgd.step <= 2)) throw InputError("--pgd-step must lie between 0 and 2");
}

// The attacks asked for, each once, in the order given.
AttackSettings attack_settings(const Options& options) {
  AttackSettings settings = options.settings.attack;
  for (const std::string& name : options.attacks) {
    Attack attack{};
    try {
      attack = attack_from_name(name);
    } catch (const InputError& fault) {
      throw InputError(std::string("--attack: ") + fault.what());
    }
    if (std::ranges::find(settings.attacks, attack) == settings.attacks.end()) {
      settings.attacks.push_back(attack);
    }
  }
  if (!options.epsilons.empty()) settings.epsilons = options.epsilons;
  return settings;
}

void check_files(const Options& options) {
  DeclaredFiles files;
  reads(files, "MODEL", options.model);
  reads(files, "STATES", options.states);
  files.writes("--report", options.report);
  options.certify.declare(files);
  files.check();
}

ExitCode run_evaluate(const Options& options, const Context& context) {
  const Communicator& ranks = context.ranks;
  const Timer timer;
  EvaluateSettings settings = options.settings;
  RobustScoresSettings certify;
  agree(ranks, [&] {
    require_valid(options);
    settings.attack = attack_settings(options);
    settings.input_range = options.certify.input_range();
    certify = options.certify.settings(settings.certify_epsilons, provenance(context.command_line));
  });
  on_root(ranks, [&] {
    check_files(options);
    options.certify.check_checkpoint();
  });
  const ImplicitModel model = read_model(options.model, ranks);
  const StatesHeader header = read_states_header(options.states, ranks);
  agree(ranks, [&] {
    if (header.has_labels || !options.certify.needs_labels()) return;
    throw InputError(options.states + ": has no dataset 'labels', which certificates sample by sample need");
  });
  Scores scores = evaluate(ranks, model, header, settings, options.model);
  if (options.certify.wanted() && header.has_labels) certify_scores(ranks, model, header, certify, scores);
  on_root(ranks, [&] {
    scores.seconds = timer.seconds();
    if (!scores.fixed_point.converged) {
      spdlog::warn(
          "the fixed point of some samples was not reached to the tolerance; the error bound tells how near");
    }
    if (!options.report.empty()) write_text(options.report, to_json(scores).dump(2) + "\n");
    std::fputs(to_table(scores).c_str(), stdout);
  });
  return ExitCode::done;
}

}  // namespace

Run add_evaluate(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "evaluate", "Score a model on the samples of a states file, with proofs of robustness");
  command->add_option("model", options->model, "The model file")->required()->type_name("MODEL");
  command->add_option("states", options->states, "Captured states, of the test set for example")
      ->required()
      ->type_name("STATES");
  command
      ->add_option("--fixed-point-tol", options->settings.fixed_point.tolerance,
                   "Stop where the proven error of the states is at most this times max(1, largest state)")
      ->type_name("T");
  command
      ->add_option("--certify-epsilon", options->settings.certify_epsilons,
                   "Perturbations of the inputs, in their unit, to state the certified accuracy for")
      ->delimiter(',')
      ->type_name("E,...");
  options->certify.add_to(*command);
  command
      ->add_option("--attack", options->attacks,
                   "Attacks on the model and on the baseline, each through its own gradients: fgsm, pgd")
      ->delimiter(',')
      ->type_name("NAME,...");
  command
      ->add_option("--epsilon", options->epsilons,
                   "Largest change of an input that an attack may make; 0.01,0.02,0.05,0.1 when not given")
      ->delimiter(',')
      ->type_name("E,...");
  command->add_option("--pgd-steps", options->settings.attack.pgd.steps, "Gradient steps of pgd")
      ->type_name("N");
  command
      ->add_option("--pgd-step", options->settings.attack.pgd.step,
                   "Length of a step of pgd, as a fraction of epsilon")
      ->type_name("V");
  command->add_option("--report", options->report, "Also write the scores to this JSON file")
      ->type_name("FILE");
  return [options](const Context& context) { return run_evaluate(*options, context); };
}

}  // namespace simplicit::cli
