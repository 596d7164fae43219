#include <simplicit/base/error.hpp>
#include <simplicit/problem/objective.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace simplicit {
namespace {

constexpr std::array<const Objective*, 4> listed{&l1_objective, &elastic_net_objective,
                                                 &perspective_objective, &min_norm_objective};

}  // namespace

std::span<const Objective* const> objectives() {
  return listed;
}

const Objective& objective_named(const std::string& name) {
  std::string names;
  for (const Objective* objective : listed) {
    if (name == objective->name) return *objective;
    names += (names.empty() ? "" : ", ") + std::string(objective->name);
  }
  throw InputError("--objective '" + name + "' is none of " + names);
}

double lambda_of(const ObjectiveSettings& settings, double lambda_max) {
  return settings.lambda ? *settings.lambda : *settings.lambda_rel * lambda_max;
}

void require_lambda(const ObjectiveSettings& settings) {
  if (settings.lambda.has_value() == settings.lambda_rel.has_value()) {
    throw InputError("objective " + settings.name + " needs exactly one of --lambda and --lambda-rel");
  }
  const double value = settings.lambda ? *settings.lambda : *settings.lambda_rel;
  if (!(value > 0) || !std::isfinite(value)) {
    throw InputError(std::string(settings.lambda ? "--lambda" : "--lambda-rel") +
                     " must be a number above 0");
  }
}

void refuse_others(const ObjectiveSettings& settings, std::span<const char* const> used) {
  const std::array<std::pair<const char*, bool>, 6> given{{{"--lambda", settings.lambda.has_value()},
                                                           {"--lambda-rel", settings.lambda_rel.has_value()},
                                                           {"--l1-ratio", settings.l1_ratio.has_value()},
                                                           {"--mu", settings.mu.has_value()},
                                                           {"--gamma", settings.gamma.has_value()},
                                                           {"--delta", settings.delta.has_value()}}};
  for (const auto& [flag, present] : given) {
    const bool allowed =
        std::any_of(used.begin(), used.end(), [&](const char* name) { return std::string(name) == flag; });
    if (present && !allowed)
      throw InputError(std::string(flag) + " does not belong to objective " + settings.name);
  }
}

}  // namespace simplicit
