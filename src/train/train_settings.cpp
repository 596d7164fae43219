#include <simplicit/base/error.hpp>
#include <simplicit/train/train_settings.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

nlohmann::json or_null(const std::optional<double>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json();
}

constexpr int most_rounds = 20;

void validate_keep(const TrainSettings& settings, const Objective& objective) {
  if (!(*settings.keep > 0 && *settings.keep <= 1))
    throw InputError("--keep must lie above 0 and at most at 1");
  if (objective.penalty == nullptr) {
    throw InputError("--keep chooses a penalty; " + settings.objective.name + " has none, give --delta");
  }
  if (settings.objective.lambda || settings.objective.lambda_rel || settings.objective.mu) {
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
  if (settings.refine > 0 && !settings.checkpoint.empty()) {
    throw InputError("--checkpoint saves a path of convex problems only: give it without --refine");
  }
  for (const double lambda_rel : settings.lambda_rel_path) {
    ObjectiveSettings with_penalty = settings.objective;
    with_penalty.lambda_rel = lambda_rel;
    objective.validate(with_penalty);
  }
}

}  // namespace

TrainSettings settings_for(const TrainSettings& settings, const StatesHeader& header) {
  TrainSettings chosen = settings;
  if (!chosen.structure) {
    const bool feedforward = settings.refine > 0 && !header.layer_sizes.empty();
    chosen.structure = feedforward ? Structure::feedforward : Structure::full;
  }
  return chosen;
}

void check_against(const TrainSettings& settings, const StatesHeader& header) {
  if (settings.keep && !header.baseline_weights()) {
    throw InputError(header.path +
                     ": --keep needs the attribute baseline_parameters, the number of weights "
                     "and biases of the baseline");
  }
  if (settings.keep && *settings.keep * static_cast<double>(*header.baseline_parameters) < 1) {
    throw InputError(fmt::format("{}: --keep {} of the baseline's {} weights leaves none", header.path,
                                 *settings.keep, *header.baseline_parameters));
  }
  if (settings.refine > 0 && header.samples < 20) {
    throw InputError(header.path +
                     ": --refine holds out every 10th sample and needs at least 20, there are " +
                     std::to_string(header.samples));
  }
}

void validate(const TrainSettings& settings) {
  const Objective& objective = objective_named(settings.objective.name);
  if (settings.keep) {
    validate_keep(settings, objective);
  } else if (!settings.lambda_rel_path.empty()) {
    validate_path(settings, objective);
  } else {
    objective.validate(settings.objective);
  }
  if (settings.refine < 0 || settings.refine > most_rounds) {
    throw InputError("--refine takes 0 to " + std::to_string(most_rounds) + " rounds");
  }
  if (!(settings.kappa > 0 && settings.kappa < 1)) throw InputError("--kappa must lie between 0 and 1");
  if (!(settings.tolerance >= 1e-12 && settings.tolerance < 1)) {
    throw InputError("--tol must be at least 1e-12 and below 1");
  }
  if (settings.weights.size() != 4) throw InputError("--weights needs four numbers, for A, B, C and D");
  if (!std::all_of(settings.weights.begin(), settings.weights.end(),
                   [](double weight) { return weight > 0 && std::isfinite(weight); })) {
    throw InputError("--weights must be four finite numbers above 0");
  }
  if (settings.memory_gib && !(*settings.memory_gib > 0 && std::isfinite(*settings.memory_gib))) {
    throw InputError("--memory must be a number of GiB above 0");
  }
}

std::string name_of(Structure structure) {
  return structure == Structure::full ? "full" : "feedforward";
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
  nlohmann::json record{{"objective", settings.objective.name},
                        {"lambda", or_null(settings.objective.lambda)},
                        {"lambda_rel", or_null(settings.objective.lambda_rel)},
                        {"l1_ratio", or_null(settings.objective.l1_ratio)},
                        {"mu", or_null(settings.objective.mu)},
                        {"gamma", or_null(settings.objective.gamma)},
                        {"delta", or_null(settings.objective.delta)},
                        {"kappa", settings.kappa},
                        {"tolerance", settings.tolerance},
                        {"structure", settings.structure ? name_of(*settings.structure) : "auto"},
                        {"keep", or_null(settings.keep)},
                        {"refine", settings.refine},
                        {"weights", settings.weights},
                        {"standardize", settings.standardize}};
  if (!settings.lambda_rel_path.empty()) record["lambda_rel_path"] = settings.lambda_rel_path;
  return record;
}

}  // namespace simplicit
