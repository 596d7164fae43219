#include "cli/certify_options.hpp"
#include "cli/fixed_point_setting.hpp"
#include "cli/read_files.hpp"
#include "cli/shared_rows.hpp"
#include <simplicit/base/provenance.hpp>
#include <simplicit/base/timer.hpp>
#include <simplicit/cli/command.hpp>
#include <simplicit/evaluate/evaluate.hpp>
#include <simplicit/model/input_normalization.hpp>
#include <simplicit/model/shared_model.hpp>
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
  bool magnitude = false;
  EvaluateSettings settings;
  CertifyOptions certify;
};

void require_valid(const Options& options) {
  if (!options.epsilons.empty() && options.attacks.empty()) {
    throw InputError("--epsilon says how far an attack moves the inputs; it needs --attack");
  }
}

// The attacks asked for, each once, in the order given.
AttackSettings attack_settings(const Options& options) {
  AttackSettings settings = options.settings.attack;
  for (const std::string& name : options.attacks) {
    const Attack attack = attack_from_name(name);
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

/// A network with shared rows is not solved for: equilibria, bounds and attacks are those of the other
/// structures.
void require_plain(const Options& options, const Context& context) {
  if (options.attacks.empty() && !certificates_wanted(context.given)) return;
  throw InputError(options.model +
                   ": has shared rows; --attack and --certify-epsilon are for the other structures");
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
    certify =
        options.certify.settings(settings.certify_epsilons, provenance(context.command_line), context.given);
  });
  on_root(ranks, [&] {
    check_files(options);
    options.certify.check_checkpoint();
  });
  if (is_shared_model(options.model, ranks)) {
    agree(ranks, [&] { require_plain(options, context); });
    evaluate_shared_rows(ranks, options.model, options.states, options.magnitude, options.report, timer);
    return ExitCode::done;
  }
  agree(ranks, [&] {
    if (options.magnitude)
      throw InputError("--magnitude is for models with shared rows (train --structure shared)");
  });
  const ImplicitModel model = read_model(options.model, ranks);
  const StatesHeader header = read_states_header(options.states, ranks);
  agree(ranks, [&] {
    if (header.has_labels || !needs_labels(context.given)) return;
    throw InputError(options.states + ": has no dataset 'labels', which certificates sample by sample need");
  });
  on_root(ranks, [&] {
    require_same_normalization(read_input_normalization(options.model), options.model,
                               read_input_normalization(options.states), options.states);
  });
  Scores scores = evaluate(ranks, model, header, settings, options.model);
  if (certificates_wanted(context.given) && header.has_labels)
    certify_scores(ranks, model, header, certify, scores);
  on_root(ranks, [&] {
    scores.seconds.total = timer.seconds();
    if (!scores.fixed_point.converged) {
      spdlog::warn(
          "the fixed point of some samples was not reached to the tolerance; the error bound tells how near");
    }
    if (!options.report.empty()) write_text(options.report, to_json(scores).dump(2) + "\n");
    std::fputs(to_table(scores).c_str(), stdout);
  });
  return ExitCode::done;
}

std::vector<Setting> settings_list(Options& options) {
  EvaluateSettings& settings = options.settings;
  std::vector<Setting> list = {
      {.flag = "model", .place = &options.model, .help = "The model file", .unit = "MODEL", .required = true},
      {.flag = "states",
       .place = &options.states,
       .help = "Captured states, of the test set for example",
       .unit = "STATES",
       .required = true},
      fixed_point_setting(settings.fixed_point),
      {.flag = "--certify-epsilon",
       .place = &settings.certify_epsilons,
       .help = "Perturbations of the inputs, in their unit, to state the certified accuracy for",
       .unit = "E,...",
       .bounds = at_least(0)},
      {.flag = "--attack",
       .place = &options.attacks,
       .help = "Attacks on the model and on the baseline, each through its own gradients: fgsm, pgd",
       .unit = "NAME,...",
       .names = {"fgsm", "pgd"}},
      {.flag = "--epsilon",
       .place = &options.epsilons,
       .help = "Largest change of an input that an attack may make; 0.01,0.02,0.05,0.1 when not given",
       .unit = "E,...",
       .bounds = at_least(0)},
      {.flag = "--pgd-steps",
       .place = &settings.attack.pgd.steps,
       .help = "Gradient steps of pgd",
       .unit = "N",
       .bounds = at_least(1)},
      {.flag = "--pgd-step",
       .place = &settings.attack.pgd.step,
       .help = "Length of a step of pgd, as a fraction of epsilon",
       .unit = "V",
       .bounds = {.lowest = 0, .highest = 2, .without_lowest = true}},
      {.flag = "--magnitude",
       .place = &options.magnitude,
       .help = "Of a model with shared rows: also score the network pruned by magnitude to as many weights"},
      {.flag = "--report",
       .place = &options.report,
       .help = "Also write the scores to this JSON file",
       .unit = "FILE"}};
  return together(std::move(list), options.certify.settings_list());
}

}  // namespace

Command evaluate_command() {
  const auto options = std::make_shared<Options>();
  return {.name = "evaluate",
          .summary = "Score a model on the samples of a states file, with proofs of robustness",
          .settings = settings_list(*options),
          .example = "mpirun -q -n 4 simplicit evaluate model.h5 test_states.h5 --report evaluate.json",
          .run = [options](const Context& context) { return run_evaluate(*options, context); }};
}

}  // namespace simplicit::cli
