#include <simplicit/base/error.hpp>
#include <simplicit/train/train_settings.hpp>

#include <algorithm>
#include <cmath>

namespace simplicit {
namespace {

nlohmann::json or_null(const std::optional<double>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json();
}

}  // namespace

void validate(const TrainSettings& settings) {
  objective_named(settings.objective.name).validate(settings.objective);
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
  return {{"objective", settings.objective.name},
          {"lambda", or_null(settings.objective.lambda)},
          {"lambda_rel", or_null(settings.objective.lambda_rel)},
          {"l1_ratio", or_null(settings.objective.l1_ratio)},
          {"mu", or_null(settings.objective.mu)},
          {"gamma", or_null(settings.objective.gamma)},
          {"delta", or_null(settings.objective.delta)},
          {"kappa", settings.kappa},
          {"tolerance", settings.tolerance},
          {"structure", name_of(settings.structure)},
          {"weights", settings.weights},
          {"standardize", settings.standardize}};
}

}  // namespace simplicit
