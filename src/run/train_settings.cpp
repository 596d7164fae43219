#include <simplicit/base/error.hpp>
#include <simplicit/run/train_settings.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace simplicit {
namespace {

constexpr int most_rounds = 20;
// Every 10th sample is held out: two at least.
constexpr Index fewest_samples_to_refine = 20;

void validate_keep(const TrainSettings& settings, const Objective& objective) {
  if (objective.penalty == nullptr) {
    throw InputError("--keep chooses a penalty; " + settings.objective.name + " has none, give --delta");
  }
  if (penalty_given(settings.objective)) {
    throw InputError("--keep chooses the penalty itself: give it without --lambda, --lambda-rel and --mu");
  }
  ObjectiveSettings with_penalty = settings.objective;
  with_penalty.lambda_rel = 0.5;
  objective.validate(with_penalty);
}

void validate_path(const TrainSettings& settings, const Objective& objective) {
  if (objective.penalty == nullptr) {
    throw InputError("a path follows a penalty; " + settings.objective.name + " has none");
  }
  if (rounds_of_refining(settings) > 0 && !settings.checkpoint.empty()) {
    throw InputError("--checkpoint saves a path of convex problems only: give it without --refine");
  }
  for (const double lambda_rel : settings.lambda_rel_path) {
    ObjectiveSettings with_penalty = settings.objective;
    with_penalty.lambda_rel = lambda_rel;
    objective.validate(with_penalty);
  }
}

}  // namespace

TrainSettings settings_for(const TrainSettings& settings, const StatesHeader& header, bool with_gram) {
  TrainSettings chosen = settings;
  if (!chosen.refine) {
    const bool refines = settings.keep && with_gram && header.samples >= fewest_samples_to_refine;
    chosen.refine = refines ? default_rounds : 0;
  }
  if (!chosen.structure) {
    const bool feedforward = *chosen.refine > 0 && !header.layer_sizes.empty();
    chosen.structure = feedforward ? Structure::feedforward : Structure::full;
  }
  return chosen;
}

bool keeps_states(const TrainSettings& settings) {
  return rounds_of_refining(settings) > 0 && settings.lambda_rel_path.size() > 1;
}

void check_against(const TrainSettings& settings, const StatesHeader& header) {
  if (settings.structure == Structure::shared) {
    throw InputError("--structure shared is not for this command");
  }
  if (header.states == 0) {
    throw InputError(header.path + ": has neither X nor Z, only --structure shared trains from inputs alone");
  }
  if (settings.keep && !header.baseline_weights()) {
    throw InputError(header.path +
                     ": --keep needs the attribute baseline_parameters, the number of weights "
                     "and biases of the baseline");
  }
  if (settings.keep && *settings.keep * static_cast<double>(*header.baseline_parameters) < 1) {
    throw InputError(fmt::format("{}: --keep {} of the baseline's {} weights leaves none", header.path,
                                 *settings.keep, *header.baseline_parameters));
  }
  if (rounds_of_refining(settings) > 0 && header.samples < fewest_samples_to_refine) {
    throw InputError(header.path +
                     ": --refine holds out every 10th sample and needs at least 20, there are " +
                     std::to_string(header.samples));
  }
}

std::vector<Setting> settings_of(TrainSettings& settings) {
  std::vector<Setting> list{{.flag = "states",
                             .place = &settings.states,
                             .help = "States file",
                             .unit = "STATES",
                             .required = true},
                            {.flag = "--out",
                             .place = &settings.out,
                             .help = "Model file to write",
                             .unit = "FILE",
                             .required = true},
                            {.flag = "--report",
                             .place = &settings.report,
                             .help = "Also write a run report in JSON",
                             .unit = "FILE"}};
  list = together(std::move(list), settings_of(settings.objective));
  return together(
      std::move(list),
      {{.flag = "--keep",
        .place = &settings.keep,
        .help = "Keep at most this share of the baseline's weights: chooses the penalty",
        .unit = "F",
        .group = penalty_group,
        .bounds = {.lowest = 0, .highest = 1, .without_lowest = true},
        .key = "keep"},
       {.flag = "--pattern",
        .place = &settings.pattern,
        .help = "With --structure shared: keep at most N of every M consecutive weights of a row",
        .unit = "N:M",
        .group = penalty_group,
        .key = "pattern"},
       {.flag = "--weights",
        .place = &settings.weights,
        .help = "Factors of the penalty on A, B, C, D",
        .unit = "a,b,c,d",
        .group = problem_group,
        .bounds = above(0),
        .numbers = 4,
        .key = "weights"},
       {.flag = "--standardize",
        .place = &settings.standardize,
        .help = "Weight penalties by the features' root mean squares",
        .group = problem_group,
        .key = "standardize"},
       {.flag = "--kappa",
        .place = &settings.kappa,
        .help = "Bound on the infinity norm of A, in (0, 1)",
        .unit = "V",
        .group = problem_group,
        .bounds = inside(0, 1),
        .key = "kappa"},
       {.flag = "--structure",
        .place = choice_of(settings.structure, "auto",
                           {{"full", Structure::full},
                            {"feedforward", Structure::feedforward},
                            {"shared", Structure::shared}}),
        .help =
            "Which states a state may use: full, feedforward; shared: one row a channel for all positions, "
            "layer after layer",
        .unit = "NAME",
        .group = problem_group,
        .without = "full; feedforward where rows are refined and layers are known",
        .key = "structure"},
       {.flag = "--refine",
        .place = &settings.refine,
        .help = "Rounds that look for better supports and fit without penalty on the states the model "
                "reaches; 0: "
                "the convex problem alone",
        .unit = "R",
        .group = problem_group,
        .bounds = from_to(0, most_rounds),
        .without = "3 with --keep, else 0",
        .key = "refine"},
       {.flag = "--tol",
        .place = &settings.tolerance,
        .help = "Relative duality gap at which a row counts as solved",
        .unit = "T",
        .group = solver_group,
        .bounds = {.lowest = 1e-12, .highest = 1, .without_highest = true},
        .key = "tolerance"},
       {.flag = "--regime",
        .place = choice_of(settings.regime,
                           {{"auto", Regime::automatic}, {"gram", Regime::gram}, {"data", Regime::data}}),
        .help = "Work from the Gram matrix or from the samples: auto, gram, data",
        .unit = "NAME",
        .group = solver_group},
       {.flag = "--memory",
        .place = &settings.memory_gib,
        .help = "Memory of a node to use, in GiB",
        .unit = "GIB",
        .group = solver_group,
        .bounds = above(0)},
       {.flag = "--checkpoint",
        .place = &settings.checkpoint,
        .help = "Journal of finished rows, written at once, so that a run that was stopped can go on",
        .unit = "FILE",
        .group = interruption_group},
       {.flag = "--resume",
        .place = &settings.resume,
        .help = "Go on where the journal ends",
        .group = interruption_group}});
}

void validate(const TrainSettings& settings) {
  TrainSettings copy = settings;
  require_in_bounds(settings_of(copy));
  const Objective& objective = objective_named(settings.objective.name);
  if (!settings.pattern.empty() && settings.structure != Structure::shared) {
    throw InputError("--pattern is for --structure shared");
  }
  if (settings.keep || !settings.pattern.empty()) {
    validate_keep(settings, objective);
  } else if (!settings.lambda_rel_path.empty()) {
    validate_path(settings, objective);
  } else {
    objective.validate(settings.objective);
  }
}

std::string name_of(Structure structure) {
  switch (structure) {
    case Structure::full:
      return "full";
    case Structure::feedforward:
      return "feedforward";
    case Structure::shared:
      return "shared";
  }
  return "unknown";
}

std::string name_of(Regime regime) {
  switch (regime) {
    case Regime::automatic:
      return "auto";
    case Regime::gram:
      return "gram";
    case Regime::data:
      return "data";
  }
  return "unknown";
}

nlohmann::json to_json(const TrainSettings& settings) {
  TrainSettings copy = settings;
  nlohmann::json record = to_json(settings_of(copy));
  if (!settings.lambda_rel_path.empty()) record["lambda_rel_path"] = settings.lambda_rel_path;
  return record;
}

}  // namespace simplicit
